/**
 * ENUMERATE: which machines are stored on a host. One round trip as a rule; the script finds, the parsers judge. What
 * could not be looked at is named, so that "nothing found" never stands for "not looked": a base that was not searched
 * at all is in `unsearched`, and so is a single directory inside a searched base that could not be read.
 */
import {setImmediate} from 'node:timers/promises'
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {ScanMemory} from '../../../domain/inventory/scan-memory.js'
import {everyType, hostType, scanTypes} from '../../../domain/machine/session-types.js'
import type {HostContext, HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumerateData} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import {plural} from '../../../lib/plural.js'
import {suspendedMachines} from '../../qemu/list/suspended.js'
import {cleanBase} from '../../qemu/paths.js'
import {enumerateScript} from '../remote/enumerate.js'
import {type Answer, type FoundFile, readLines, readRaw, withComplaints} from './answer.js'
import {type Judgement, judge} from './judge.js'
import {everything, hostEntry, type Question, questionOf, recall, remember} from './manifest.js'

/** How long the search below the bases may take before they are tried one by one, and then each of them. */
const searchMs = 20_000
const scanMs = 60_000
/** More files than this are not asked for by name: everything is asked for again. */
const maxNamed = 500

export const enumerate = readingHandler<'enumerate'>(async (task, {session, signal, note, memory: store}) => {
  const {basePaths, types} = task.ask
  if (types === undefined) {
    const own = task.type === everyType ? Object.keys(scanTypes) : [task.type]
    return (await scanHost(session, {basePaths, types: own, signal})).data
  }
  const target = formatTarget(task.target)
  const memory = await store?.load(target)
  const {data, memory: next} = await scanHost(session, {
    basePaths,
    types,
    signal,
    deadlineMs: scanMs,
    ...(memory !== undefined && {memory}),
  })
  if (next === 'same') await store?.renew(target)
  else if (next !== undefined) await store?.save(target, next)
  note(`${plural(data.files, 'configuration file')}, ${data.unchanged ?? 0} unchanged`)
  return data
})

export interface ScanOptions {
  readonly basePaths: readonly string[]
  readonly types: readonly string[]
  readonly signal: AbortSignal
  readonly deadlineMs?: number
  readonly memory?: ScanMemory
}

interface HostScanned {
  readonly data: EnumerateData
  /** What to remember; `same`: what was remembered; absent when a base did not answer in time. */
  readonly memory?: ScanMemory | 'same'
}

/** QEMU machines below the bases; none = the remote home. Errors as `scanHost`. */
export async function enumerateBases(
  session: HostSession,
  basePaths: readonly string[],
  options: {readonly signal: AbortSignal; readonly deadlineMs?: number},
): Promise<EnumerateData> {
  return (await scanHost(session, {...options, basePaths, types: ['QEMU']})).data
}

/** Throws BASE_MISSING or STORAGE_WEDGED when not one of the bases could be searched. */
export async function scanHost(session: HostSession, options: ScanOptions): Promise<HostScanned> {
  const {basePaths, types} = options
  const bases = basePaths.length > 0 ? [...new Set(basePaths.map(cleanBase))] : ['']
  const memory = options.memory !== undefined && sameList(options.memory.bases, bases) ? options.memory : undefined
  const search = new Search(session, options)
  const first = await search.answer(bases, questionOf(memory), memory)
  const {answer, judgement} =
    search.foreseen === undefined
      ? await searchAgain(search, first, {bases, memory, types})
      : {answer: first, judgement: search.foreseen}
  const {seen, whole} = judgement
  const data = await withSuspended(judgement.data, answer.marked, {session, signal: options.signal})
  if (data.searched.length === 0 && data.files === 0) throw notSearched(session, data, search.isStuck)
  if (search.isStuck) return {data}
  // an answer with gaps is no answer to be content with
  const answered = data.unsearched.length === 0 ? types : []
  const isKnown = answer.same && sameList(basePaths, memory?.asked ?? []) && sameList(answered, memory?.types ?? [])
  return {data, memory: isKnown ? 'same' : remember(answer, {asked: basePaths, bases, types: answered, seen, whole})}
}

/** What a marker says is asked of the image. */
async function withSuspended(
  data: EnumerateData,
  marked: readonly string[],
  at: Pick<HostContext, 'session' | 'signal'>,
): Promise<EnumerateData> {
  const paths = new Set(marked)
  const known = data.machines.filter(({id}) => paths.has(id)).map(({id}) => id)
  const suspended = await suspendedMachines({noted: known}, at)
  if (suspended.length === 0) return data
  const sinceOf = new Map(suspended.map(({id, since}) => [id, since]))
  const machines = data.machines.map((machine) => {
    const since = sinceOf.get(machine.id)
    return since === undefined ? machine : {...machine, suspended: since || 'yes'}
  })
  return {...data, machines}
}

interface Closer {
  readonly bases: readonly string[]
  readonly memory: ScanMemory | undefined
  readonly types: readonly string[]
}

/** Files that neither the answer nor the memory has the content of are asked for. */
async function searchAgain(
  search: Search,
  first: Answer,
  {bases, memory, types}: Closer,
): Promise<{readonly answer: Answer; readonly judgement: Judgement}> {
  let answer = first
  let missing = answer.bases.flatMap(({files}) => files).filter((file) => isMissing(file, memory))
  if (missing.length > maxNamed) {
    answer = await search.answer(bases, everything)
    missing = []
  }
  const named = await search.named(missing.map(({path}) => path))
  const own = answer.host?.file
  const entry = answer.host && hostEntry(answer.host)
  const hostFile =
    own !== undefined && entry !== undefined && isMissing(entry, memory)
      ? (await search.named([own.path])).get(own.path)
      : own
  return {answer, judgement: await judge(answer, {memory, named, hostFile, types, hold: search.hold})}
}

function isMissing(file: FoundFile, memory: ScanMemory | undefined): boolean {
  return file.state === 'listed' && recall(file, memory) === undefined
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

const noDisks = {images: [], boot: '', devices: []}
const wedgedText = 'the file system did not answer within'

class Search {
  isStuck = false
  /** What the last answer means, where that was known before it came. */
  foreseen: Judgement | undefined
  readonly #session: HostSession
  readonly #options: ScanOptions

  readonly hold: (bytes: number) => void

  constructor(session: HostSession, options: ScanOptions) {
    this.hold = (bytes) => session.hold(bytes)
    this.#session = session
    this.#options = options
  }

  /** A wedged mount below one base must not hide the others: after a deadline every base is asked by itself. */
  async answer(bases: readonly string[], question: Question, memory?: ScanMemory): Promise<Answer> {
    const {types, deadlineMs = searchMs} = this.#options
    try {
      return await this.#ask(bases, question, {memory, want: types.includes(hostType) ? 'fd' : 'd'})
    } catch (error) {
      if (!(error instanceof CtysError && error.code === 'COMMAND_TIMEOUT')) throw error
      this.isStuck = true
      const fault = `${wedgedText} ${deadlineMs / 1000} s`
      const [only = ''] = bases
      if (bases.length === 1) {
        const base = {path: only || '~', fault, closed: [], links: [], files: []}
        return {clock: 0, same: false, bases: [base], disks: noDisks, marked: [], listing: Buffer.alloc(0)}
      }
      const answers: Answer[] = []
      for (const base of bases) answers.push(await this.answer([base], everything))
      const host = answers.find((answer) => answer.host !== undefined)?.host
      return {
        clock: 0,
        same: false,
        bases: answers.flatMap((answer) => answer.bases),
        disks: {
          images: answers.flatMap(({disks}) => disks.images),
          boot: answers.map(({disks}) => disks.boot).find((boot) => boot !== '') ?? '',
          devices: answers.flatMap(({disks}) => disks.devices),
        },
        marked: answers.flatMap(({marked}) => marked),
        ...(host !== undefined && {host}),
        listing: Buffer.alloc(0),
      }
    }
  }

  /** The contents of single files, by path; what is gone by now is not among them. */
  async named(paths: readonly string[]): Promise<ReadonlyMap<string, FoundFile>> {
    if (paths.length === 0) return new Map()
    const {bases} = await this.#ask(paths, everything, {memory: undefined, want: ''})
    return new Map(bases.flatMap(({files}) => files.map((file) => [file.path, file] as const)))
  }

  async #ask(
    bases: readonly string[],
    {since, digest}: Question,
    {memory, want}: {readonly memory: ScanMemory | undefined; readonly want: 'fd' | 'd' | ''},
  ): Promise<Answer> {
    const {signal, deadlineMs = searchMs} = this.#options
    const args = [String(since), digest, want, ...bases]
    const asked = this.#session.script(enumerateScript, args, {deadlineMs, signal})
    asked.catch(() => undefined) // until it is awaited
    const guess = digest === '' || memory === undefined ? undefined : await this.#foresee(memory)
    const {clock, same, marked, body, complaints} = readRaw(await asked)
    if (!same) {
      const lines = await readLines(body, {complaints, asked: bases.length, hold: this.hold})
      return {clock, same, ...lines, marked: [...new Set([...marked, ...lines.marked])]}
    }
    if (complaints.length === 0) this.foreseen = guess?.judgement
    return {clock, same, ...withComplaints(guess?.answer ?? (await readLines(body, {})), complaints), marked}
  }

  /** The listing of the last scan is nearly always the answer: it is read and judged while the host looks. */
  async #foresee(memory: ScanMemory) {
    await setImmediate()
    const kept = Buffer.from(memory.listing, 'latin1')
    const answer = await readLines(kept, {kept})
    const entry = answer.host && hostEntry(answer.host)
    const files = [...answer.bases.flatMap((base) => base.files), ...(entry === undefined ? [] : [entry])]
    if (files.some((file) => isMissing(file, memory))) return {answer}
    const hostFile = answer.host?.file
    const {types} = this.#options
    return {answer, judgement: await judge(answer, {memory, named: new Map(), hostFile, types})}
  }
}

function notSearched(session: HostSession, {unsearched}: EnumerateData, isStuck: boolean): CtysError {
  const host = formatTarget(session.target)
  const details = unsearched.map(({path, reason}) => `${path}: ${reason}`)
  const message = `${host}: no base could be searched: ${details[0]}`
  return isStuck
    ? new PreconditionError('STORAGE_WEDGED', message, {
        hint: `ask for another base, or look at the mounts of ${host}`,
        details,
      })
    : new PreconditionError('BASE_MISSING', message, {
        hint: 'name the directory that holds the machines, for example --base /vm',
        details,
      })
}
