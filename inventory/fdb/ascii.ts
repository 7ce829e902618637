import {constants, isAscii, isUtf8} from 'node:buffer'
import {ConfigError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {identityOf} from '../../src/domain/machine/machine-records.js'
import {formatLine, type KnownBytes, oldLayoutFields, readLine, type Span} from './line.js'

/** A line that could not be read: 1-based number, its text for people (not exact where it is no UTF-8), the reason. */
export interface RejectedLine {
  readonly line: number
  readonly text: string
  readonly reason: string
}

/** Every line of a file as it was read; what a rewrite needs to give back unchanged what it does not change. */
export interface FileLayout {
  readonly bytes: Buffer
  readonly lines: readonly (Span & {readonly record?: InventoryRecord})[]
}

export interface ParsedFile {
  readonly records: readonly InventoryRecord[]
  readonly rejects: readonly RejectedLine[]
  readonly layout: FileLayout
}

/**
 * Reads a whole enum.fdb. A broken line never stops the rest. Throws ConfigError INVENTORY_FORMAT when the file has
 * nothing but records of release 01.07 (15 fields in another order): guessing there would mix up the fields.
 */
export function parseEnumFdb(text: Buffer | string, name = 'the inventory'): ParsedFile {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const known = knownBytes(bytes)
  const records: InventoryRecord[] = []
  const rejects: RejectedLine[] = []
  const lines: (Span & {record?: InventoryRecord})[] = []
  let old = 0
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start)
    const end = found === -1 ? bytes.length : found
    const line = readLine(known, {start, end})
    if (line.kind === 'record') {
      records.push(line.record)
      lines.push({start, end, record: line.record})
    } else {
      lines.push({start, end})
      if (line.kind === 'broken') {
        rejects.push({line: lines.length, text: bytes.toString('utf8', start, end), reason: line.reason})
        if (line.fields === oldLayoutFields) old++
      }
    }
    start = end + 1
  }
  if (old > 0 && records.length === 0) throw oldLayout(name, rejects[0]?.line ?? 1)
  return {records, rejects, layout: {bytes, lines}}
}

function knownBytes(bytes: Buffer): KnownBytes {
  const fits = bytes.length <= constants.MAX_STRING_LENGTH && isAscii(bytes)
  return {bytes, isUtf8: isUtf8(bytes), ...(fits && {ascii: bytes.toString('latin1')})}
}

function oldLayout(name: string, line: number): ConfigError {
  return new ConfigError('INVENTORY_FORMAT', `${name} has the layout of release 01.07 (line ${line}: 15 fields)`, {
    hint: 'move the file away and run: ctys scan HOST...',
  })
}

/**
 * The file for these records. Records that are the very objects of `layout` keep their line byte for byte; all others
 * are written in our layout. Comments, titles, empty and broken lines stay in front of the record they preceded, or of
 * what replaced it.
 */
export function formatEnumFdb(records: readonly InventoryRecord[], layout?: FileLayout): Buffer {
  if (layout === undefined) return Buffer.from(records.map((record) => `${formatLine(record)}\n`).join(''))
  const {bytes, lines} = layout
  const places = new Map(lines.flatMap(({record}, index) => (record === undefined ? [] : [[record, index] as const])))
  const placeOf = places.size === lines.length ? () => 0 : placeFinder(layout)
  const chunks: Buffer[] = []
  let next = 0
  const keepUntil = (place: number): void => {
    for (; next < place; next++) {
      const line = lines[next]
      if (line !== undefined && line.record === undefined) chunks.push(lineBytes(bytes, line))
    }
  }
  let written = ''
  const flush = (): void => {
    if (written !== '') chunks.push(Buffer.from(written))
    written = ''
  }
  for (const record of records) {
    const place = places.get(record)
    const line = place === undefined ? undefined : lines[place]
    const until = place ?? placeOf(record)
    if (line !== undefined || until > next) flush()
    keepUntil(until)
    if (line === undefined) written += `${formatLine(record)}\n`
    else chunks.push(lineBytes(bytes, line))
  }
  flush()
  keepUntil(lines.length)
  return Buffer.concat(chunks)
}

/** Where the first record of the same machine was; 0 for a new one. */
function placeFinder({lines}: FileLayout): (record: InventoryRecord) => number {
  const machines = new Map<string, number>()
  for (const [index, {record}] of lines.entries()) {
    if (record === undefined) continue
    const identity = identityOf(record)
    if (!machines.has(identity)) machines.set(identity, index)
  }
  return (record) => machines.get(identityOf(record)) ?? 0
}

/** The bytes of a line with its LF, which the last line of a file may lack. */
function lineBytes(bytes: Buffer, {start, end}: Span): Buffer {
  return end < bytes.length ? bytes.subarray(start, end + 1) : Buffer.from([...bytes.subarray(start, end), 0x0a])
}
