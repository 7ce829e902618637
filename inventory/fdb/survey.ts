import {isUtf8} from 'node:buffer'
import {ownFieldCounts} from '../../src/domain/inventory/inventory-record.js'
import {parseEnumFdb, type RejectedLine} from './ascii.js'
import {readLine} from './line.js'
import type {LineSource} from './line-source.js'

export interface Survey {
  /** How many there are. */
  readonly records: number
  readonly rejects: readonly RejectedLine[]
}

/**
 * What `parseEnumFdb` would tell of the file, without making its records: a line is only read where the number of its
 * separators does not say it all. Throws as `parseEnumFdb`.
 */
export function surveyLines(lines: LineSource, name?: string): Survey {
  const rejects: RejectedLine[] = []
  let records = 0
  let line = 1
  for (const {bytes, isFirst} of lines.pieces()) {
    const known = {bytes, isUtf8: isUtf8(bytes)}
    for (let start = isFirst ? 0 : 1; start < bytes.length; line++) {
      const {end, isPlain} = measureLine(bytes, start)
      const isRecord = isPlain && known.isUtf8 && bytes[start] !== numberSign
      const read = isRecord ? undefined : readLine(known, {start, end})
      if (isRecord || read?.kind === 'record') records++
      if (read?.kind === 'broken') rejects.push({line, text: bytes.toString('utf8', start, end), reason: read.reason})
      start = end + 1
    }
  }
  return records === 0 && rejects.length > 0 ? inFull(lines, name) : {records, rejects}
}

/** May be a file of release 01.07. */
function inFull(lines: LineSource, name?: string): Survey {
  const {records, rejects} = parseEnumFdb(lines.all(), name)
  return {records: records.length, rejects}
}

const [lineFeed, numberSign, percent, semicolon] = [0x0a, 0x23, 0x25, 0x3b]

/** Plain: as many fields as our lines have, and nothing escaped in them. */
function measureLine(bytes: Buffer, start: number): {readonly end: number; readonly isPlain: boolean} {
  let fields = 1
  let isEscaped = false
  let end = start
  for (; end < bytes.length; end++) {
    const byte = bytes[end]
    if (byte === semicolon) fields++
    else if (byte === lineFeed) break
    else if (byte === percent) isEscaped = true
  }
  return {end, isPlain: !isEscaped && ownFieldCounts.has(fields)}
}
