import type {InventoryRecord} from '../src/domain/inventory-record.js'
import type {MachineAddress} from '../src/domain/machine-address.js'
import {findByAddress, type MachineRecords} from '../src/domain/machine-records.js'
import {parseEnumFdb, type RejectedLine} from './ascii.js'
import {escapeValue} from './line.js'
import {findByWords} from './query.js'
import {type FoundLines, findRecords} from './scan-lines.js'

/**
 * Questions to the bytes of an enum.fdb, answered as `findByAddress` and `findByWords` answer them over all records,
 * but reading only the lines that can matter. Nothing heavy is loaded for it. `rejects` are broken lines that may have
 * held the answer. `name` is the file's, for messages.
 */
export interface MachineLookup {
  readonly machines: readonly MachineRecords[]
  readonly rejects: readonly RejectedLine[]
}

/** More machines than this are cheaper to find by reading the whole file. */
const fewMachines = 8

/** Throws ConfigError INVENTORY_FORMAT where reading the whole file would. */
export function lookupAddress(bytes: Buffer, address: MachineAddress, host?: string, name?: string): MachineLookup {
  const needles = addressNeedles(address)
  const {records, rejects} = needles === undefined ? parseEnumFdb(bytes, name) : findRecords(bytes, needles)
  if (records.length === 0) refuseOldLayout(bytes, name)
  const complete = needles === undefined ? records : withAllInterfaces(bytes, records)
  return {machines: findByAddress(complete, address, host), rejects}
}

/** Throws ConfigError INVENTORY_FORMAT where reading the whole file would. */
export function lookupWords(bytes: Buffer, words: readonly string[], name?: string): FoundLines {
  const [longest = ''] = words.map(wordNeedle).sort((a, b) => b.length - a.length)
  const pattern = wordPattern(longest)
  const {records, rejects} = findRecords(bytes, [pattern])
  if (records.length === 0) refuseOldLayout(bytes, name)
  return {records: findByWords(records, words), rejects}
}

/** The one field of the address that narrows the search best, as it may stand in the file. */
function addressNeedles(address: MachineAddress): readonly (string | RegExp)[] | undefined {
  const {label, id, path, filename, uuid, mac, tcp} = address
  if (id !== undefined) return fieldNeedles(id)
  if (path !== undefined) return fieldNeedles(path)
  if (label !== undefined) return fieldNeedles(label)
  if (uuid !== undefined && uuid.length === 32) return [anyCase(`;${uuid.slice(0, 8)}`)]
  if (mac !== undefined) return [mac, mac.replaceAll(':', '-')].map((form) => anyCase(`;${form};`))
  if (tcp !== undefined && isAscii(tcp)) return fieldNeedles(tcp).map(anyCase)
  if (filename !== undefined) return [filename, escapeValue(filename)]
  return undefined
}

function anyCase(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'gi')
}

/** A whole field, none of those compared being the first or the last of a line. */
function fieldNeedles(value: string): readonly string[] {
  return [`;${value};`, `;${escapeValue(value)};`]
}

/**
 * How the word is searched in the bytes: as what may be a piece of a UUID, hyphens elsewhere; by a part that has no
 * case where there is a good one, which is fastest; else without regard to case.
 */
function wordPattern(word: string): string | RegExp {
  if (/^[0-9a-f]{2,}$/.test(word)) return new RegExp([...word].join('-?'), 'gi')
  const caseless = word.split(/[a-z]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
  if (caseless.length >= 4) return caseless
  return anyCase(word)
}

function isAscii(value: string): boolean {
  return /^[\0-\x7f]*$/.test(value)
}

/** The other interfaces of a machine need not contain what was searched for, but they have its path. */
function withAllInterfaces(bytes: Buffer, records: readonly InventoryRecord[]): readonly InventoryRecord[] {
  const paths = [...new Set(records.map(({id}) => id))]
  if (paths.length > fewMachines || paths.includes('')) return parseEnumFdb(bytes).records
  return findRecords(bytes, paths.flatMap(fieldNeedles)).records
}

/**
 * The longest part of the word that stands in a line just so: no character that our lines escape, and none outside
 * ASCII, whose case the search over bytes cannot ignore. Of a word that may be a piece of a UUID only the digits are
 * left: the file may have hyphens elsewhere.
 */
function wordNeedle(word: string): string {
  if (/^[0-9a-f-]+$/i.test(word)) return word.replaceAll('-', '').toLowerCase()
  const parts = word.split(/[^\x20-\x7e]|[%;#]/)
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '').toLowerCase()
}

/** "Not found" must not be the answer of a file that was not understood. */
function refuseOldLayout(bytes: Buffer, name?: string): void {
  if (bytes.length > 0 && !hasRecordNearStart(bytes)) parseEnumFdb(bytes, name)
}

function hasRecordNearStart(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 16_384)
  try {
    return parseEnumFdb(start).records.length > 0
  } catch {
    return false
  }
}
