import {isUtf8} from 'node:buffer'
import {
  classicFieldCount,
  emptyRecord,
  type InventoryRecord,
  ownFieldCounts,
  recordFields,
} from '../../src/domain/inventory/inventory-record.js'
import {classicLine} from '../../src/domain/inventory/record-text.js'

/**
 * One line of enum.fdb: the fields of a record between `;`, in the order of `recordFields`.
 *
 * Lines with 43, 45 or 47 fields are classic and taken literally. Lines with 51 fields are ours, and so are those with 49
 * or 50 of earlier releases: what would break the line or hide in it is percent-encoded as UTF-8 (RFC 3986, section 2.1), so
 * that any value survives.
 */
export const oldLayoutFields = 15
const classicLayouts: ReadonlySet<number> = new Set([43, 45, classicFieldCount])

/** Separator, escape, comment sign, controls, Unicode line ends and the byte order mark. */
const reservedSet = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\ufeff%;#'
const reserved = new RegExp(`[${reservedSet}]`, 'g')
const plainValue = `[^${reservedSet}]*`

export function escapeValue(value: string): string {
  return value.replace(reserved, encodeURIComponent)
}

const ownFields = recordFields.slice(classicFieldCount)
/** As many values as there are fields, none with a reserved character. */
const plainLine = new RegExp(`^${plainValue}(?:;${plainValue}){${recordFields.length - 1}}$`)

/** The line of a record without its line end; always the layout with 51 fields. */
export function formatLine(record: InventoryRecord): string {
  const line = ownFields.reduce((start, field) => `${start};${record[field]}`, classicLine(record))
  if (plainLine.test(line)) return line
  return recordFields.map((field) => escapeValue(record[field])).join(';')
}

/** Where a line stands in the file, without its LF. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What a line turned out to be. `fields` is 0 where the fields were not counted. */
export type Line =
  | {readonly kind: 'record'; readonly record: InventoryRecord}
  | {readonly kind: 'other'}
  | {readonly kind: 'broken'; readonly reason: string; readonly fields: number}

const other: Line = {kind: 'other'}

/** What is read line by line: a file, or a piece of one. */
export interface KnownBytes {
  readonly bytes: Buffer
  /** All of them are known to be UTF-8. */
  readonly isUtf8?: boolean
  /** Their text, where all are ASCII: what stands at a place of one stands there in the other. */
  readonly ascii?: string
}

/** Reads one line; comments, empty lines and titles are `other`. A byte order mark stands at the very beginning. */
export function readLine({bytes, ascii, isUtf8: valid = false}: KnownBytes, {start, end}: Span): Line {
  const from = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : start
  const to = end > from && bytes[end - 1] === 0x0d ? end - 1 : end
  if (bytes[from] === 0x23) return other
  if (ascii !== undefined) return readFields(bytes, ascii, {start: from, end: to})
  const line = bytes.subarray(from, to)
  if (!valid && !isUtf8(line)) return {kind: 'broken', reason: 'is not valid UTF-8', fields: 0}
  const text = line.toString()
  return readFields(line, text.length === line.length ? text : undefined, {start: 0, end: line.length})
}

/**
 * The values are cut out of `ascii` where they are that, which is several times as fast, and one that was in the line
 * read before is not made again: most hosts, types and dates repeat.
 */
function readFields(bytes: Buffer, ascii: string | undefined, {start, end}: Span): Line {
  const record: Record<string, string> = {...template}
  let count = 0
  let isEscaped = false
  for (let from = start, at = start; at <= end; at++) {
    const byte = at === end ? separator : bytes[at]
    if (byte === percent) isEscaped = true
    if (byte !== separator) continue
    const field = recordFields[count++]
    if (at > from && field !== undefined) {
      const before = latest[field] ?? ''
      const isRepeated = before.length === at - from && ascii?.startsWith(before, from)
      record[field] = isRepeated ? before : (ascii?.slice(from, at) ?? bytes.toString('utf8', from, at))
    }
    from = at + 1
  }
  latest = record
  const found = record as InventoryRecord
  const isOurs = ownFieldCounts.has(count)
  if (isOurs) return isEscaped ? unescaped(record, count) : {kind: 'record', record: found}
  if (isTitle(found)) return other
  if (classicLayouts.has(count)) return {kind: 'record', record: found}
  if (count === 1 && (ascii?.slice(start, end) ?? bytes.toString('utf8', start, end)).trim() === '') return other
  return {kind: 'broken', reason: countFault(count), fields: count}
}

const separator = 0x3b
const percent = 0x25

let latest: Readonly<Record<string, string>> = emptyRecord()

/** The heading the original prints, plain or with the position behind each name: `ContainingMachine(1);...`. */
function isTitle({host, type}: InventoryRecord): boolean {
  return /^ContainingMachine(\(|$)/.test(host) && /^SessionType(\(|$)/.test(type)
}

function countFault(count: number): string {
  const fields = count === 1 ? '1 field' : `${count} fields`
  return count === oldLayoutFields
    ? `has ${fields}, the layout of release 01.07`
    : `has ${fields} instead of 43, 45, 47, 49, 50 or 51`
}

function unescaped(record: Record<string, string>, count: number): Line {
  for (const [index, field] of recordFields.entries()) {
    const value = record[field] ?? ''
    if (!value.includes('%')) continue
    try {
      record[field] = decodeURIComponent(value)
    } catch {
      const reason = `field ${index + 1} (${field}) has a broken percent encoding`
      return {kind: 'broken', reason, fields: count}
    }
  }
  return {kind: 'record', record: record as InventoryRecord}
}

/** Copied for each record: all share one hidden class, which is what makes a large file quick to read. */
const template = emptyRecord()
