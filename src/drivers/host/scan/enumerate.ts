/**
 * ENUMERATE: which machines are stored on a host. One round trip as a rule; the script finds, the parsers judge. What
 * could not be looked at is named, so that "nothing found" never stands for "not looked": a base that was not searched
 * at all is in `unsearched`, and so is a single directory inside a searched base that could not be read.
 */

import {type CtysError, PreconditionError} from '../../../domain/errors.js'
import type {ScanMemory} from '../../../domain/inventory/scan-memory.js'
import {everyType, scanTypes} from '../../../domain/machine/session-types.js'
import type {ConfigReader, Driver, Handler, HostContext, HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumerateData} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import {plural} from '../../../lib/plural.js'
import {suspendedMachines} from '../../qemu/list/suspended.js'
import {cleanBase} from '../../qemu/paths.js'
import type {Answer} from './answer.js'
import {type Judgement, judge} from './judge.js'
import {everything, hostEntry, questionOf, remember} from './manifest.js'
import {isMissing, Search} from './search.js'

const scanMs = 60_000
/** More files than this are not asked for by name: everything is asked for again. */
const maxNamed = 500

/** Of every type of scanTypes, and of the drivers that bring a reader. */
export function enumerate(drivers: readonly Driver[]): Handler<'enumerate'> {
  const readers = new Map(drivers.flatMap(({type, reader}) => (reader === undefined ? [] : [[type, reader] as const])))
  return readingHandler<'enumerate'>((task, at) => enumerateTask(task, at, readers))
}

async function enumerateTask(
  task: TaskOf<'enumerate'>,
  {session, signal, note, memory: store}: HostContext,
  readers: ReadonlyMap<string, ConfigReader>,
): Promise<EnumerateData> {
  const {basePaths, types} = task.ask
  if (types === undefined) {
    const own = task.type === everyType ? [...Object.keys(scanTypes), ...readers.keys()] : [task.type]
    return (await scanHost(session, {basePaths, types: own, readers, signal})).data
  }
  const target = formatTarget(task.target)
  const memory = await store?.load(target)
  const {data, memory: next} = await scanHost(session, {
    basePaths,
    types,
    readers,
    signal,
    deadlineMs: scanMs,
    ...(memory !== undefined && {memory}),
  })
  if (next === 'same') await store?.renew(target)
  else if (next !== undefined) await store?.save(target, next)
  note(`${plural(data.files, 'configuration file')}, ${data.unchanged ?? 0} unchanged`)
  return data
}

export interface ScanOptions {
  readonly basePaths: readonly string[]
  readonly types: readonly string[]
  /** Of session types that bring one, by type. */
  readonly readers?: ReadonlyMap<string, ConfigReader>
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
  const {basePaths, types, readers} = options
  const bases = basePaths.length > 0 ? [...new Set(basePaths.map(cleanBase))] : ['']
  const memory = options.memory !== undefined && sameList(options.memory.bases, bases) ? options.memory : undefined
  const search = new Search(session, options)
  const first = await search.answer(bases, questionOf(memory), memory)
  const {answer, judgement} =
    search.foreseen === undefined
      ? await searchAgain(search, first, {bases, memory, types, readers})
      : {answer: first, judgement: search.foreseen}
  const images = await search.images(answer, judgement, memory)
  const seen = [...judgement.seen, ...images.seen]
  const {whole} = judgement
  const own = {
    ...judgement.data,
    machines: [...judgement.data.machines, ...images.machines],
    rejects: [...judgement.data.rejects, ...images.rejects],
  }
  const data = await withSuspended(own, answer.marked, {session, signal: options.signal})
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
  readonly readers: ReadonlyMap<string, ConfigReader> | undefined
}

/** Files that neither the answer nor the memory has the content of are asked for. */
async function searchAgain(
  search: Search,
  first: Answer,
  {bases, memory, types, readers}: Closer,
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
  return {answer, judgement: await judge(answer, {memory, named, hostFile, types, readers, hold: search.hold})}
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function notSearched(session: HostSession, {unsearched}: EnumerateData, isStuck: boolean): CtysError {
  const host = formatTarget(session.target)
  const [first = '', ...others] = unsearched.map(({path, reason}) => `${path}: ${reason}`)
  const message = `${host}: no base could be searched: ${first}`
  const details = others.length > 0 && {details: [first, ...others]}
  return isStuck
    ? new PreconditionError('STORAGE_WEDGED', message, {
        hint: `ask for another base, or look at the mounts of ${host}`,
        ...details,
      })
    : new PreconditionError('BASE_MISSING', message, {
        hint: 'name the directory that holds the machines, for example --base /vm, in the classic call b:/vm',
        ...details,
      })
}
