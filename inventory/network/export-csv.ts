import type {Exported} from '../../src/domain/inventory/inventory-files.js'
import {type InventoryRecord, recordFields} from '../../src/domain/inventory/inventory-record.js'
import {joinPieces} from './exported.js'

/**
 * All fields as CSV (RFC 4180: comma, CR LF, doubled quotes) under a line with their names.
 *
 * Made to be opened in a spreadsheet, where a value from a hostile host could be a formula: one that begins with
 * `= + - @`, their full-width forms, a tab or a line end gets an apostrophe in front, which a spreadsheet takes for "this
 * is text". So does one that begins with apostrophes and then such a character: taking one apostrophe off any value of
 * that shape gives back the original. A record with other control characters, which RFC 4180 does not know, is left out.
 */
export function exportCsv(records: readonly InventoryRecord[]): Exported {
  const {text, ...rest} = joinPieces(records, (record) => {
    const bad = recordFields.find((field) => /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/.test(record[field]))
    if (bad !== undefined) return {reason: `its ${bad} holds control characters`}
    return {text: `${recordFields.map((field) => quoted(guarded(record[field]))).join(',')}\r\n`}
  })
  return {text: `${recordFields.join(',')}\r\n${text}`, ...rest}
}

function guarded(value: string): string {
  return /^'*[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value
}

function quoted(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
