import {isAscii} from 'node:buffer'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {RejectedLine} from './ascii.js'
import {escapeValue, readLine, type Span} from './line.js'
import type {LineSource} from './line-source.js'

/** Records and broken lines of a part of the file, both in file order. */
export interface FoundLines {
  readonly records: readonly InventoryRecord[]
  readonly rejects: readonly RejectedLine[]
}

/**
 * Reads only the lines in which one of the needles (flag `g`) fits: what a lookup needs of a large file. They are
 * searched in the file's bytes as Latin-1 letters; see `valueNeedle`. Lines where that could mislead are read
 * too: those that escape what ours do not, as other tools may, and with letters that are others in lower case.
 */
export function findRecords(lines: LineSource, needles: readonly RegExp[]): FoundLines {
  const records: InventoryRecord[] = []
  const broken: BrokenLine[] = []
  let piece = 0
  for (const {bytes} of lines.pieces()) {
    const letters = bytes.toString('latin1')
    const isPlain = isAscii(bytes)
    const starts = hitLines(letters, isPlain && !letters.includes('%') ? needles : [...needles, misleading])
    const known = {bytes, ...(isPlain && {ascii: letters})}
    for (const start of starts) {
      const end = lineEnd(letters, start)
      const line = readLine(known, {start, end})
      if (line.kind === 'record') records.push(line.record)
      if (line.kind === 'broken') {
        broken.push({piece, start, text: bytes.toString('utf8', start, end), reason: line.reason})
      }
    }
    piece++
  }
  return {records, rejects: broken.length === 0 ? [] : numbered(lines, broken)}
}

interface NeedleOptions {
  /** The value is a whole field, none that is searched being the first or the last of a line. */
  readonly whole?: boolean
  /** For ASCII alone. */
  readonly anyCase?: boolean
}

/** Of a longer value only its beginning is searched: patterns have a limit, and whoever reads the line sees the rest. */
export const longestNeedle = 200

/** A pattern that fits where the value stands in UTF-8, each of its characters plain or escaped. */
export function valueNeedle(value: string, {whole = false, anyCase = false}: NeedleOptions = {}): RegExp {
  const characters = [...value]
  const source = characters.slice(0, longestNeedle).map(charSource).join('')
  const end = characters.length > longestNeedle ? '' : ';'
  return new RegExp(whole ? `;${source}${end}` : source, anyCase ? 'gi' : 'g')
}

function charSource(char: string): string {
  const plain = Buffer.from(char)
    .toString('latin1')
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const escaped = escapeValue(char)
  return escaped === char ? plain : `(?:${plain}|${escaped})`
}

/** Escapes `escapeValue` never writes, and in UTF-8 the two letters beyond ASCII whose lower case begins with ASCII. */
const misleading = /%(?!(?:[01][0-9A-F]|2[35]|3B|7F|C2%[89][0-9A-F]|E2%80%A[89]|EF%BB%BF))|\xe2\x84\xaa|\xc4\xb0/g

/** Where the lines begin in which a needle fits, ascending. */
function hitLines(letters: string, needles: readonly RegExp[]): readonly number[] {
  const starts = new Set<number>()
  for (const needle of needles) {
    needle.lastIndex = 0
    for (let hit = needle.exec(letters); hit !== null; ) {
      const {index} = hit
      starts.add(index === 0 ? 0 : letters.lastIndexOf('\n', index - 1) + 1)
      needle.lastIndex = lineEnd(letters, index) + 1
      hit = needle.lastIndex < letters.length ? needle.exec(letters) : null
    }
  }
  return [...starts].sort((a, b) => a - b)
}

function lineEnd(letters: string, at: number): number {
  const end = letters.indexOf('\n', at)
  return end === -1 ? letters.length : end
}

interface BrokenLine {
  readonly piece: number
  readonly start: Span['start']
  readonly text: string
  readonly reason: string
}

/** With their 1-based numbers, for which the line ends before them are counted only now. */
function numbered(lines: LineSource, broken: readonly BrokenLine[]): readonly RejectedLine[] {
  const rejects: RejectedLine[] = []
  const left = broken.values()
  let next = left.next()
  let line = 1
  let piece = 0
  for (const {bytes, isFirst} of lines.pieces()) {
    let at = isFirst ? 0 : 1
    for (; next.value?.piece === piece; next = left.next()) {
      const {start, text, reason} = next.value
      line += countLineEnds(bytes, at, start)
      at = start
      rejects.push({line, text, reason})
    }
    line += countLineEnds(bytes, at, bytes.length)
    piece++
  }
  return rejects
}

function countLineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0
  for (let at = from; at < to; at++) if (bytes[at] === 0x0a) count++
  return count
}
