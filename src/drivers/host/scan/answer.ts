/** Reads what the enumerate script printed; the grammar is told there. Pure. Throws COMMAND_FAILED on half an answer. */
import {PreconditionError} from '../../../domain/errors.js'
import type {ExecResult} from '../../../domain/ports/ports.js'
import {ByteStore} from '../../../lib/byte-store.js'
import {Pace} from '../../../lib/pace.js'
import {maxConfigBytes} from '../../qemu/config/vm-config.js'
import {suspendMarkerEnding} from '../../qemu/paths.js'
import type {FoundDisks} from './disks.js'

export interface FoundFile {
  readonly path: string
  /** `INODE SIZE MTIME CTIME` as the host gave it; empty where it gave none. */
  readonly stamp: string
  /** `listed`: the host did not look inside. `other`: it did, and it is no configuration. */
  readonly state: 'read' | 'unreadable' | 'huge' | 'listed' | 'other'
  readonly content: Buffer
}

export interface FoundBase {
  /** Absolute. */
  readonly path: string
  /** Nobody named it: other tools keep their configurations there. */
  readonly place?: true
  /** Why it was not searched, or not as a whole. */
  readonly fault?: string
  /** Directories below it that could not be read. */
  readonly closed: readonly string[]
  /** Symbolic links below it that were not followed: to directories, or named like configurations. */
  readonly links: readonly string[]
  readonly files: readonly FoundFile[]
}

/** What the host says of itself: `key value`, in its order. Its configuration file, when there is one. */
export interface HostFacts {
  readonly facts: readonly string[]
  readonly file?: FoundFile
}

export interface Answer {
  /** The clock of the host when it began, in seconds. */
  readonly clock: number
  /** It is the listing the question named. */
  readonly same: boolean
  readonly bases: readonly FoundBase[]
  readonly disks: FoundDisks
  /** Configurations beside which a marker lies: they may be suspended. */
  readonly marked: readonly string[]
  readonly host?: HostFacts
  /** Byte for byte what the host's cksum(1) sees. */
  readonly listing: Buffer
}

export interface RawAnswer {
  readonly clock: number
  /** As in Answer; of those that stand in the body too some may be missing. */
  readonly marked: readonly string[]
  /** The listing is the one the question named; there are no lines then. */
  readonly same: boolean
  /** The lines of the answer but the first, each with its end. */
  readonly body: Buffer
  /** What find and stat said beyond directories and files that are reported by name or were gone. */
  readonly complaints: readonly string[]
}

export const missingBase = 'it does not exist'
export const closedBase = 'the directory cannot be read'

const baseFaults: Readonly<Record<string, string>> = {
  M: missingBase,
  N: 'neither a directory nor a file',
  U: closedBase,
  K: 'searched in part: the search was ended on the host',
}

const empty = Buffer.alloc(0)
const lineFeed = Buffer.from('\n')

/** A path of 4096 bytes where every byte is written as three, and what stands before it. */
const maxLineBytes = 16 * 1024
/** Of one answer. What a record costs beside its bytes is counted by `hold`. */
const maxRecords = {facts: 1_000, devices: 1_000, odd: 1_000, markers: 10_000}
/** Of other tools: a handful, and one for each pool of storage. */
const maxPlaces = 200
const maxComplaints = 100
const recordBytes = 512

export function readRaw({exitCode, stdout, stderr}: ExecResult): RawAnswer {
  const end = stdout.indexOf(0x0a)
  const clock = /^C (\d{1,12})$/.exec(stdout.toString('latin1', 0, Math.max(0, Math.min(end, 20))))?.[1]
  const {marked, body} = markersBefore(stdout.subarray(end + 1))
  const complaints = readComplaints(stderr)
  const same = body.length === 2 && body.toString('latin1') === '=\n'
  const isWhole = body.toString('latin1', body.length - 3) === '\nZ\n' || body.toString('latin1', 0, 3) === 'Z\n'
  if (clock === undefined || (!same && !isWhole)) {
    throw new PreconditionError('COMMAND_FAILED', `the search for machines ended too early (exit status ${exitCode})`, {
      details: complaints,
    })
  }
  return {clock: Number(clock), same, marked, body: same ? empty : body, complaints}
}

/** What came beside the listing stands before it. */
function markersBefore(bytes: Buffer): {readonly marked: readonly string[]; readonly body: Buffer} {
  const marked: string[] = []
  let from = 0
  while (bytes[from] === 0x59) {
    const end = bytes.indexOf(0x0a, from)
    if (end < 0) break
    if (marked.length < maxRecords.markers) marked.push(...configMarked(bytes.toString('utf8', from + 2, end)))
    from = end + 1
  }
  return {marked, body: bytes.subarray(from)}
}

/** The configuration that the marker at this path is of. */
function configMarked(text: string): readonly string[] {
  // beside a base that is a file it is told as `DIRECTORY/./NAME`
  const path = decodePath(text).replace(/\/\.\/(?=[^/]*$)/, '/')
  const [, directory, name] = /^(\/(?:.*\/)?)\.([^/]+)$/s.exec(path) ?? []
  return name?.endsWith(suspendMarkerEnding) ? [`${directory}${name.slice(0, -suspendMarkerEnding.length)}`] : []
}

type Mutable<T> = {-readonly [Key in keyof T]: T[Key]}
type OpenBase = Mutable<FoundBase> & {closed: string[]; links: string[]; files: FoundFile[]}

export interface ReadOptions {
  readonly complaints?: readonly string[]
  /** The lines are those of this listing, the one of an earlier answer. */
  readonly kept?: Buffer
  /** How many bases were asked for. */
  readonly asked?: number
  /** Told what is made of the lines, in bytes; throws when that is too much. */
  readonly hold?: (bytes: number) => void
}

/**
 * The lines of an answer, or of the listing of an earlier one. Throws OUTPUT_TOO_LARGE for more than any host has to say.
 */
export async function readLines(
  lines: Buffer,
  {complaints = [], kept, asked = Infinity, hold = () => undefined}: ReadOptions,
): Promise<Omit<Answer, 'clock' | 'same'>> {
  const bases: OpenBase[] = []
  const listing = new ByteStore()
  const facts: string[] = []
  const marked: string[] = []
  const disks = {images: [] as string[], boot: '', devices: [] as string[]}
  let host: Mutable<HostFacts> | undefined
  const content = new ByteStore()
  let file: Mutable<FoundFile> | undefined
  let odd = 0
  const pace = new Pace()
  for (const line of splitLines(lines)) {
    if (pace.isDue(line.length)) await pace.turn()
    const tag = String.fromCharCode(line[0] ?? 0)
    if (tag === 'L') {
      // one byte more shows that it is too large
      if (content.size <= maxConfigBytes) content.push(line.subarray(1, maxConfigBytes + 2))
      if (content.size <= maxConfigBytes) content.push(lineFeed)
      continue
    }
    if (tag === 'E' || tag === 'R' || tag === 'X') {
      if (file !== undefined) {
        file.state = tag === 'E' ? 'read' : tag === 'R' ? 'unreadable' : 'other'
        if (tag === 'E' && content.size > maxConfigBytes + 1) file.state = 'huge'
        else if (tag === 'E') file.content = content.take()
      }
      file = undefined
      content.clear()
      continue
    }
    if (line.length > maxLineBytes) throw tooMuch('lines that are longer than any path')
    if (tag === 'Y') {
      hold(line.length + recordBytes)
      marked.push(...configMarked(line.toString('utf8', 2)))
      if (marked.length > maxRecords.markers) throw tooMuch('more markers than machines')
      continue
    }
    if (kept === undefined) {
      listing.push(line)
      listing.push(lineFeed)
    }
    const text = line.subarray(2).toString('utf8')
    const base = bases.at(-1)
    if (/[ABPIVJDSTO]/.test(tag)) hold(line.length + recordBytes)
    if (tag === 'B') bases.push({path: decodePath(text), closed: [], links: [], files: []})
    else if (tag === 'A') bases.push({path: decodePath(text), place: true, closed: [], links: [], files: []})
    else if (tag === 'G') host = {facts}
    else if (tag === 'P') facts.push(text)
    else if (tag === 'I') disks.images.push(text)
    else if (tag === 'H') disks.boot = line.toString('latin1', 2)
    else if (tag === 'V') disks.devices.push(line.toString('latin1', 2))
    else if (tag === 'J') base?.links.push(decodePath(text))
    else if (tag === 'D') base?.closed.push(decodePath(text))
    else if (tag === 'S' || tag === 'T' || tag === 'O') {
      file = tag === 'O' ? listed(decodePath(text), '') : listedWithStamp(text)
      if (host === undefined) base?.files.push(file)
      else host.file = file
    } else if (base !== undefined && tag in baseFaults) base.fault = baseFaults[tag] ?? ''
    else odd += 1
    if (bases.length > asked + maxPlaces) throw tooMuch('more directories than were asked for')
    if (facts.length > maxRecords.facts || disks.devices.length > maxRecords.devices || odd > maxRecords.odd) {
      throw tooMuch('more of itself than any host has to say')
    }
  }
  const answer = {bases, disks, marked, ...(host !== undefined && {host}), listing: kept ?? listing.take()}
  return withComplaints(answer, complaints)
}

function tooMuch(what: string): PreconditionError {
  return new PreconditionError('OUTPUT_TOO_LARGE', `the search for machines told ${what}`, {
    hint: 'no sound host says so much: leave it out, and look at its shell and its tools',
  })
}

function listed(path: string, stamp: string): Mutable<FoundFile> {
  return {path, stamp, state: 'listed', content: empty}
}

/** `INODE SIZE MTIME CTIME PATH`; the path may hold blanks. */
function listedWithStamp(text: string): Mutable<FoundFile> {
  const [, stamp = '', size = '', path = text] = /^(-?\d+ (\d+) -?\d+ -?\d+) (.*)$/s.exec(text) ?? []
  const file = listed(path, stamp)
  if (Number(size) > maxConfigBytes) file.state = 'huge'
  return file
}

/** Each once; behind the last there may be one that says that there were more. */
function readComplaints(stderr: Buffer): readonly string[] {
  const found = new Set<string>()
  for (const line of splitLines(stderr)) {
    const text = line.toString('utf8', 0, 1_000)
    if (text === '' || /: (?:Permission denied|No such file or directory)$/.test(text)) continue
    if (found.size === maxComplaints) return [...found, `more than ${maxComplaints} complaints`]
    found.add(text)
  }
  return [...found]
}

/** A base that find complained about counts as not searched: what is missing there may be there. */
export function withComplaints<A extends Pick<Answer, 'bases'>>(answer: A, complaints: readonly string[]): A {
  if (complaints.length === 0) return answer
  const bases = answer.bases.map((base) => ({...base}))
  // each is looked for in each: of a flood of them the first tell what is wrong, and the rest may be about any base
  const most = Math.max(10, Math.floor(10_000 / (bases.length + 1)))
  const told = complaints.slice(0, most).map((complaint) => complaint.slice(0, 4096))
  if (complaints.length > most) told.push(`${complaints.length - most} more complaints`)
  for (const complaint of told) {
    const named = bases.filter(({path}) => complaint.includes(path))
    for (const base of named.length > 0 ? named : bases) base.fault ??= `searched in part: ${complaint}`
  }
  return {...answer, bases}
}

export function* splitLines(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    yield bytes.subarray(start, end < 0 ? bytes.length : end)
    start = end < 0 ? bytes.length : end + 1
  }
}

function decodePath(text: string): string {
  return text.replace(/%(25|0A)/g, (_, code: string) => (code === '25' ? '%' : '\n'))
}
