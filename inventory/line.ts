import {isUtf8} from 'node:buffer'
import {
  classicFieldCount,
  emptyRecord,
  type InventoryRecord,
  olderFieldCount,
  recordFields,
} from '../src/domain/inventory-record.js'

/**
 * One line of enum.fdb: the fields of a record between `;`, in the order of `recordFields`.
 *
 * Lines with 43, 45 or 47 fields are classic and taken literally. Lines with 50 fields are ours, and so are those with 49
 * of earlier releases: what would break the line or hide in it is percent-encoded as UTF-8 (RFC 3986, section 2.1), so
 * that any value survives.
 */
export const oldLayoutFields = 15
const classicLayouts: ReadonlySet<number> = new Set([43, 45, classicFieldCount])

/** Separator, escape, comment sign, controls, Unicode line ends and the byte order mark. */
const reserved = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff%;#]/g

export function escapeValue(value: string): string {
  return value.replace(reserved, encodeURIComponent)
}

/** The line of a record without its line end; always the layout with 50 fields. */
export function formatLine(record: InventoryRecord): string {
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

/** Reads one line; comments, empty lines and titles are `other`. `valid`: the bytes are known to be UTF-8. */
export function readLine(bytes: Buffer, {start, end}: Span, valid = false): Line {
  const from = start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : start
  const to = end > from && bytes[end - 1] === 0x0d ? end - 1 : end
  if (bytes[from] === 0x23) return other
  if (!valid && !isUtf8(bytes.subarray(from, to))) return {kind: 'broken', reason: 'is not valid UTF-8', fields: 0}
  const text = bytes.toString('utf8', from, to)
  const values = text.split(';')
  if (values.length === recordFields.length || values.length === olderFieldCount)
    return readOurs(values, text.includes('%'))
  if (classicLayouts.has(values.length) && !isTitle(values)) return {kind: 'record', record: toRecord(values)}
  if (isTitle(values) || text.trim() === '') return other
  return {kind: 'broken', reason: countFault(values.length), fields: values.length}
}

/** The heading the original prints, plain or with the position behind each name: `ContainingMachine(1);...`. */
function isTitle([host = '', type = '']: readonly string[]): boolean {
  return /^ContainingMachine(\(|$)/.test(host) && /^SessionType(\(|$)/.test(type)
}

function countFault(count: number): string {
  const fields = count === 1 ? '1 field' : `${count} fields`
  return count === oldLayoutFields
    ? `has ${fields}, the layout of release 01.07`
    : `has ${fields} instead of 43, 45, 47, 49 or 50`
}

function readOurs(values: string[], escaped: boolean): Line {
  if (!escaped) return {kind: 'record', record: toRecord(values)}
  for (const [index, value] of values.entries()) {
    if (!value.includes('%')) continue
    try {
      values[index] = decodeURIComponent(value)
    } catch {
      const reason = `field ${index + 1} (${recordFields[index]}) has a broken percent encoding`
      return {kind: 'broken', reason, fields: values.length}
    }
  }
  return {kind: 'record', record: toRecord(values)}
}

const template = emptyRecord()

/** A copy of one template: all records share one hidden class, which is what makes a large file quick to read. */
function toRecord(values: readonly string[]): InventoryRecord {
  const record: Record<string, string> = {...template}
  for (let index = 0; index < values.length; index++) record[recordFields[index] as string] = values[index] as string
  return record as InventoryRecord
}
