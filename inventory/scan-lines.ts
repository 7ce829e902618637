import type {InventoryRecord} from '../src/domain/inventory-record.js'
import type {RejectedLine} from './ascii.js'
import {readLine} from './line.js'

/** Records and broken lines of a part of the file, both in file order. */
export interface FoundLines {
  readonly records: readonly InventoryRecord[]
  readonly rejects: readonly RejectedLine[]
}

/**
 * Reads only the lines that contain one of the needles: what a lookup needs of a large file. A string is searched as
 * its bytes; an expression (flag `g`) in the file's bytes as Latin-1 letters. Either way a value has to be given as it
 * may stand in the file, plain and escaped.
 */
export function findRecords(bytes: Buffer, needles: readonly (string | RegExp)[]): FoundLines {
  const letters = needles.some((needle) => typeof needle !== 'string') ? bytes.toString('latin1') : ''
  const starts = new Set<number>()
  for (const needle of new Set(needles)) {
    const nextHit = typeof needle === 'string' ? byteFinder(bytes, needle) : letterFinder(letters, needle)
    for (let hit = nextHit(0); hit !== -1; ) {
      starts.add(hit === 0 ? 0 : bytes.lastIndexOf(0x0a, hit - 1) + 1)
      const next = lineEnd(bytes, hit) + 1
      hit = next < bytes.length ? nextHit(next) : -1
    }
  }
  const records: InventoryRecord[] = []
  const rejects: RejectedLine[] = []
  for (const start of [...starts].sort((a, b) => a - b)) {
    const end = lineEnd(bytes, start)
    const line = readLine(bytes, {start, end})
    if (line.kind === 'record') records.push(line.record)
    if (line.kind === 'broken') {
      rejects.push({line: lineNumber(bytes, start), text: bytes.toString('utf8', start, end), reason: line.reason})
    }
  }
  return {records, rejects}
}

type Finder = (from: number) => number

function byteFinder(bytes: Buffer, text: string): Finder {
  const needle = Buffer.from(text)
  return (from) => bytes.indexOf(needle, from)
}

function letterFinder(text: string, needle: RegExp): Finder {
  return (from) => {
    needle.lastIndex = from
    return needle.exec(text)?.index ?? -1
  }
}

function lineEnd(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(0x0a, at)
  return end === -1 ? bytes.length : end
}

function lineNumber(bytes: Buffer, start: number): number {
  let number = 1
  for (let at = bytes.indexOf(0x0a); at !== -1 && at < start; at = bytes.indexOf(0x0a, at + 1)) number++
  return number
}
