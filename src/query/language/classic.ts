/**
 * The query language of ctys-vhost. A word is an awk-style regular expression, matched with regard to case against the
 * whole record line (the 47 classic fields, `;` between them); `E:a:b` is "field a contains field b", `F:n:text` "field
 * n contains the text", fields by number or name; `R:n` and `R:low:high`, last, pick from the records found, counted
 * from 1. Connecting words: see query-boolean.ts.
 */

import {type RecordField, recordFields} from '../../domain/inventory/inventory-record.js'
import {suggest} from '../../lib/suggest.js'
import {parseEre} from '../ere/parse.js'
import {fieldAt, longFieldKeys} from '../fields.js'
import {everything, type Query} from '../query.js'
import type {RecordRange} from '../selection.js'
import {parseBoolean} from './boolean.js'

export interface ClassicQuery {
  readonly query: Query
  readonly range?: RecordRange
}

/** Reads all words; faults are added to `faults` and undefined is returned when there are any. No words: all records. */
export function parseClassicQuery(words: readonly string[], faults: string[]): ClassicQuery | undefined {
  const before = faults.length
  const last = words.at(-1) ?? ''
  const range = rangeWord.test(last) ? parseRange(last, faults) : undefined
  const rest = range === undefined ? words : words.slice(0, -1)
  const connected = range !== undefined && rest.length > 1 && rest.at(-1)?.toLowerCase() === 'and'
  const term = (word: string): Query => parseTerm(word, faults)
  const query = parseBoolean(connected ? rest.slice(0, -1) : rest, {term, brackets: false}, faults)
  if (faults.length > before) return undefined
  return {query, ...(range !== undefined && {range})}
}

const rangeWord = /^r:/i

function parseRange(word: string, faults: string[]): RecordRange {
  const [, low = '', high = low] = word.split(':')
  const first = Number(low)
  const last = Number(high)
  if (!/^r:[0-9]{1,9}(:[0-9]{1,9})?$/i.test(word) || first < 1 || last < first) {
    faults.push(`'${word}': R:NUMBER or R:LOW:HIGH, counted from 1`)
  }
  return {first, last}
}

function parseTerm(word: string, faults: string[]): Query {
  const fault = (text: string): Query => {
    faults.push(`'${word}': ${text}`)
    return everything
  }
  if (rangeWord.test(word)) return fault('must be the last word, joined by nothing but AND')
  const [, kind, left = '', right] = /^([ef]):([^:]*)(?::(.*))?$/is.exec(word) ?? []
  if (kind === undefined) {
    const pattern = parseEre(word)
    return 'fault' in pattern ? fault(pattern.fault) : {kind: 'line', pattern}
  }
  const isField = kind.toLowerCase() === 'f'
  if (right === undefined) return fault(`${isField ? 'F:FIELD:TEXT' : 'E:FIELD:FIELD'}; ${fieldNames}`)
  const field = readField(left, fault)
  if (isField) return field === undefined ? everything : {kind: 'contains', field, text: right}
  const part = readField(right, fault)
  return field === undefined || part === undefined ? everything : {kind: 'holds', field, part}
}

/** Names enough to see what is meant: there are too many for a line. */
const fieldNames = `FIELD is 1 to ${recordFields.length}, or a name: ${recordFields.slice(0, 7).join(', ')} ...`

function readField(key: string, fault: (text: string) => unknown): RecordField | undefined {
  const field = fieldAt(key)
  if (field === undefined) fault(`unknown field '${key}'${suggest(key, longFieldKeys) || `; ${fieldNames}`}`)
  return field
}
