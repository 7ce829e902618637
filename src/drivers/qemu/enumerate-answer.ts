/** Reads what the enumerate script printed; the grammar is told there. Pure. Throws COMMAND_FAILED on half an answer. */
import {PreconditionError} from '../../domain/errors.js'
import type {ExecResult} from '../../domain/ports.js'

export interface FoundFile {
  readonly path: string
  readonly state: 'read' | 'unreadable' | 'huge'
  readonly content: Buffer
}

export interface FoundBase {
  /** Absolute. */
  readonly path: string
  /** Why it was not searched, or not as a whole. */
  readonly fault?: string
  /** Directories below it that could not be read. */
  readonly closed: readonly string[]
  readonly files: readonly FoundFile[]
}

const baseFaults: Readonly<Record<string, string>> = {
  M: 'it does not exist',
  N: 'neither a directory nor a file',
  U: 'the directory cannot be read',
}

const empty = Buffer.alloc(0)
const lineFeed = Buffer.from('\n')

export function readAnswer({exitCode, stdout, stderr}: ExecResult): readonly FoundBase[] {
  const bases: {path: string; fault?: string; closed: string[]; files: FoundFile[]}[] = []
  let lines: Buffer[] = []
  let file = ''
  let complete = false
  for (const line of splitLines(stdout)) {
    const tag = String.fromCharCode(line[0] ?? 0)
    if (tag === 'L') {
      lines.push(line.subarray(1), lineFeed)
      continue
    }
    const path = decodePath(line.subarray(2).toString('utf8'))
    const base = bases.at(-1)
    if (tag === 'B') bases.push({path, closed: [], files: []})
    else if (tag === 'Z') complete = true
    else if (base === undefined) break
    else if (tag in baseFaults) base.fault = baseFaults[tag] ?? ''
    else if (tag === 'D') base.closed.push(path)
    else if (tag === 'H') base.files.push({path, state: 'huge', content: empty})
    else if (tag === 'F') {
      file = path
      lines = []
    } else if (tag === 'E') base.files.push({path: file, state: 'read', content: Buffer.concat(lines)})
    else if (tag === 'R') base.files.push({path: file, state: 'unreadable', content: empty})
  }
  const complaints = readComplaints(stderr)
  if (!complete) {
    throw new PreconditionError('COMMAND_FAILED', `the search for machines ended too early (exit status ${exitCode})`, {
      details: complaints,
    })
  }
  for (const complaint of complaints) blame(bases, complaint)
  return bases
}

/** What find said beyond the directories and files that are reported by name (or were gone when it came to them). */
function readComplaints(stderr: Buffer): string[] {
  return stderr
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '' && !/Permission denied|No such file or directory/.test(line))
}

/** A base that find complained about counts as not searched: what is missing there may be there. */
function blame(bases: {path: string; fault?: string}[], complaint: string): void {
  const named = bases.filter((base) => complaint.includes(base.path))
  for (const base of named.length > 0 ? named : bases) base.fault ??= `searched in part: ${complaint}`
}

function* splitLines(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start)
    yield bytes.subarray(start, end < 0 ? bytes.length : end)
    start = end < 0 ? bytes.length : end + 1
  }
}

function decodePath(text: string): string {
  return text.replace(/%(25|0A)/g, (_, code: string) => (code === '25' ? '%' : '\n'))
}
