import {readSync} from 'node:fs'
import {FileRefused, isMissing, MiB, withRegularFile} from '../../src/lib/regular-file.js'

/** A part of a text file: whole lines. */
export interface Piece {
  /** Begins with the line end of the piece before, except for the first; ends with one, except perhaps for the last. */
  readonly bytes: Buffer
  readonly isFirst: boolean
}

/** A text file that need not be in memory as a whole. */
export interface LineSource {
  /** One after the other, from the beginning; the bytes of a piece are gone when the next is asked for. */
  pieces(): Iterable<Piece>
  all(): Buffer
}

/** Small enough that its text is young garbage and stays in the cache of the processor: four times as fast as 1 MiB. */
const usualPiece = 64 * 1024

/** Reads into the buffer from that offset of the file; how many bytes, 0 at its end. */
type ReadAt = (into: Buffer, offset: number) => number

/** Of a million records it is the half. */
export const mostBytes = 1024 * MiB

/** The file, opened once: what is asked meanwhile is all from one version of it. No file is an empty one. */
export function withLines<T>(path: string, work: (lines: LineSource) => T): T {
  let isOpen = false
  try {
    return withRegularFile(path, ({fd, stats: {size}}) => {
      isOpen = true
      if (size > mostBytes) throw new FileRefused('TOO_LARGE', `an inventory has ${mostBytes / MiB} MiB at most`)
      return work(createLineSource((into, offset) => readSync(fd, into, 0, into.length, offset), {size}))
    })
  } catch (error) {
    if (isOpen || !isMissing(path, error)) throw error
    return work(linesOf(Buffer.alloc(0)))
  }
}

export function linesOf(bytes: Buffer, pieceBytes?: number): LineSource {
  return createLineSource((into, offset) => bytes.copy(into, 0, offset), {size: bytes.length, pieceBytes})
}

interface SourceOptions {
  /** What the whole is expected to be; it may turn out another. */
  readonly size: number
  readonly pieceBytes?: number | undefined
}

function createLineSource(readAt: ReadAt, {size, pieceBytes = usualPiece}: SourceOptions): LineSource {
  return {
    // one byte more than expected, so that the end is seen without growing
    pieces: () => readPieces(readAt, Math.min(pieceBytes, size + 1)),
    all() {
      let buffer = Buffer.allocUnsafeSlow(size + 1)
      let filled = 0
      for (;;) {
        const count = readAt(buffer.subarray(filled), filled)
        if (count === 0) return buffer.subarray(0, filled)
        filled += count
        if (filled === buffer.length) buffer = Buffer.concat([buffer], 2 * filled)
      }
    },
  }
}

function* readPieces(readAt: ReadAt, pieceBytes: number): Generator<Piece> {
  let buffer = Buffer.allocUnsafeSlow(pieceBytes)
  let isFirst = true
  let kept = 0
  let offset = 0
  for (;;) {
    if (kept === buffer.length) buffer = Buffer.concat([buffer], 2 * kept)
    const count = readAt(buffer.subarray(kept), offset)
    if (count === 0) break
    offset += count
    const filled = kept + count
    const lastEnd = buffer.subarray(0, filled).lastIndexOf(0x0a)
    // the line end in front is that of the piece before
    if (lastEnd < (isFirst ? 0 : 1)) {
      kept = filled
      continue
    }
    yield {bytes: buffer.subarray(0, lastEnd + 1), isFirst}
    isFirst = false
    buffer.copyWithin(0, lastEnd, filled)
    kept = filled - lastEnd
  }
  if (kept > (isFirst ? 0 : 1)) yield {bytes: buffer.subarray(0, kept), isFirst}
}
