/**
 * Promise: after a lost link no byte of a console comes twice, and none is lost that QEMU's own log of it has. The log
 * holds every byte that QEMU wrote to the console, so that a place in it names each byte that came.
 */
import type {ConsoleRecord} from '../../domain/ports/console-client.js'

/** Where in which log the last byte ended that was shown. */
interface Reached {
  readonly record: ConsoleRecord
  readonly at: number
}

export interface CatchUp {
  /**
   * A stream was opened, with a log or without. Resolves when its bytes may be shown, behind those it gave to `missed`.
   * Rejects as ConsoleRecord.read; the next stream goes on behind what was shown.
   */
  begin(record: ConsoleRecord | undefined, missed: (bytes: Buffer) => Promise<void>): Promise<Begun>
  /** Bytes came of the stream that was begun last. */
  came(bytes: Buffer): void
}

interface Begun {
  /** What came of the bytes between the last stream and this one; `none`: there was no stream before. */
  readonly missed: 'none' | 'shown' | 'unknown'
  /** So many bytes at its beginning were shown before: it begins further back. */
  readonly skip: number
}

/** Enough of a stream to know its place in the log by. */
const sample = 4096
/** How long the first bytes are waited for where the log grew while the stream was opened. */
const settleMs = 300
/** Read at once. */
const piece = 256 * 1024

export function createCatchUp(): CatchUp {
  let reached: Reached | undefined
  let streams = 0
  let current = createSample()
  return {
    came: (bytes) => {
      current.add(bytes)
      const {start, count} = current
      if (start !== undefined && reached !== undefined) {
        reached = {...reached, at: Math.max(reached.at, start + count)}
      }
    },
    async begin(record, missed) {
      const isFirst = streams++ === 0
      const own = createSample()
      current = own
      const from = reached === undefined || record === undefined ? undefined : goesOnAt(reached, record)
      const at = record === undefined ? undefined : await placeOf(record, own)
      if (record === undefined || at === undefined) {
        reached = undefined
        return {missed: isFirst ? 'none' : 'unknown', skip: 0}
      }
      for (let next = from ?? at; next < at; ) {
        const bytes = await record.read(next, Math.min(piece, at - next))
        // it was cut meanwhile
        if (bytes.length === 0) break
        await missed(bytes)
        next += bytes.length
        reached = {record, at: next}
      }
      own.start = at
      reached = {record, at: Math.max(from ?? 0, at + own.count)}
      const became = isFirst ? 'none' : from === undefined ? 'unknown' : 'shown'
      return {missed: became, skip: Math.max(0, (from ?? 0) - at)}
    },
  }
}

/** The beginning of a stream. */
interface Sample {
  count: number
  first: Buffer
  /** Where in the log it begins, once that is known. */
  start: number | undefined
  add(bytes: Buffer): void
  /** Resolves when it is long enough, or nothing came for a while. */
  quiet(): Promise<void>
}

function createSample(): Sample {
  let heard: () => void = () => undefined
  const own: Sample = {
    count: 0,
    first: Buffer.alloc(0),
    start: undefined,
    add: (bytes) => {
      own.count += bytes.length
      if (own.first.length < sample) own.first = Buffer.concat([own.first, bytes]).subarray(0, sample)
      heard()
    },
    quiet: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, settleMs)
        heard = () => {
          if (own.first.length < sample) timer.refresh()
          else {
            clearTimeout(timer)
            resolve()
          }
        }
      }),
  }
  return own
}

/** Where the stream begins: of the places it may have, that where the log says what came. */
async function placeOf(record: ConsoleRecord, stream: Sample): Promise<number | undefined> {
  const {least, most} = record.from
  if (least === most) return least
  if (most - least > 16 * piece) return undefined
  await stream.quiet()
  const seen = stream.first
  if (seen.length === 0) return most
  const log = await record.read(least, most - least + seen.length)
  for (let at = 0; at <= most - least; at++) {
    const length = Math.min(seen.length, log.length - at)
    if (length > 0 && log.subarray(at, at + length).equals(seen.subarray(0, length))) return least + at
  }
  return undefined
}

/** Where the new log goes on behind the old one; undefined where it is another log. */
function goesOnAt({record: old, at}: Reached, now: ConsoleRecord): number | undefined {
  if (now.pid === old.pid || now.appends) return now.file === old.file ? at : undefined
  // another QEMU, whose log is all its own
  return 0
}
