/** Asks a host for what lies below the bases, as often as it takes. */
import {setImmediate} from 'node:timers/promises'
import {CtysError} from '../../../domain/errors.js'
import type {ScanMemory} from '../../../domain/inventory/scan-memory.js'
import {hostType, othersTypes} from '../../../domain/machine/session-types.js'
import type {ConfigReader, HostSession} from '../../../domain/ports/ports.js'
import {enumerateScript} from '../remote/enumerate.js'
import {type Answer, type FoundFile, readLines, readRaw, withComplaints} from './answer.js'
import {bareImages, type Images, lookAtImages, recallImages} from './images.js'
import {type Judgement, judge} from './judge.js'
import {everything, hostEntry, type Question, recall} from './manifest.js'

/** How long the search below the bases may take before they are tried one by one, and then each of them. */
const searchMs = 20_000

export interface SearchOptions {
  readonly types: readonly string[]
  /** Of session types that bring one, by type. */
  readonly readers?: ReadonlyMap<string, ConfigReader> | undefined
  readonly signal: AbortSignal
  readonly deadlineMs?: number
}

/** Its content has to be asked for. */
export function isMissing(file: FoundFile, memory: ScanMemory | undefined): boolean {
  return file.state === 'listed' && recall(file, memory) === undefined
}

const noDisks = {images: [], boot: '', devices: []}
const wedgedText = 'the file system did not answer within'

export class Search {
  isStuck = false
  /** What the last answer means, where that was known before it came. */
  foreseen: Judgement | undefined
  readonly #session: HostSession
  readonly #options: SearchOptions

  readonly hold: (bytes: number) => void

  constructor(session: HostSession, options: SearchOptions) {
    this.hold = (bytes) => session.hold(bytes)
    this.#session = session
    this.#options = options
  }

  /** A wedged mount below one base must not hide the others: after a deadline every base is asked by itself. */
  async answer(bases: readonly string[], question: Question, memory?: ScanMemory): Promise<Answer> {
    const want = wantOf(this.#options.types)
    try {
      return await this.#ask(bases, question, {memory, want})
    } catch (error) {
      if (!isTimeout(error)) throw error
      this.isStuck = true
      const alone = want.replace('p', '')
      const places = alone === want ? [] : [await this.#askOne(undefined, 'dmp')]
      // what is left of one base is the one that hangs
      const isKnown = bases.length === 1 && places.every((answer) => answer.clock > 0)
      const answers: Answer[] = []
      for (const base of bases) answers.push(isKnown ? this.#stuck(base) : await this.#askOne(base, alone))
      return together([...answers, ...places])
    }
  }

  /** Without a base: the places of other tools. */
  async #askOne(base: string | undefined, want: string): Promise<Answer> {
    try {
      return await this.#ask(base === undefined ? [] : [base], everything, {memory: undefined, want})
    } catch (error) {
      if (!isTimeout(error)) throw error
      return this.#stuck(base)
    }
  }

  #stuck(base: string | undefined): Answer {
    const {deadlineMs = searchMs} = this.#options
    const fault = `${wedgedText} ${deadlineMs / 1000} s`
    const path = base === undefined ? 'where other tools keep their machines' : base || '~'
    const bases = [{path, fault, closed: [], links: [], files: []}]
    return {clock: 0, same: false, bases, disks: noDisks, marked: [], listing: Buffer.alloc(0)}
  }

  /** Images of no configuration; none where they were not asked for. A memory that knows them all spares the look. */
  async images(answer: Answer, {data, seen}: Judgement, memory: ScanMemory | undefined): Promise<Images> {
    const {types, signal} = this.#options
    if (!types.includes('IMAGE')) return {machines: [], seen: [], rejects: []}
    const files = bareImages(answer, data, seen)
    return recallImages(files, memory) ?? lookAtImages(files, memory, {session: this.#session, signal})
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
    {memory, want}: {readonly memory: ScanMemory | undefined; readonly want: string},
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
    const {types, readers} = this.#options
    return {answer, judgement: await judge(answer, {memory, named: new Map(), hostFile, types, readers})}
  }
}

/** See remote/enumerate.ts. */
function wantOf(types: readonly string[]): string {
  const others = types.some((type) => othersTypes.includes(type))
  return `${types.includes(hostType) ? 'f' : ''}d${others ? 'mp' : ''}`
}

function isTimeout(error: unknown): boolean {
  return error instanceof CtysError && error.code === 'COMMAND_TIMEOUT'
}

function together(answers: readonly Answer[]): Answer {
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
