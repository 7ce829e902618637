import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {MachineAddress} from '../../src/domain/machine/machine-address.js'
import {findByAddress, type MachineRecords} from '../../src/domain/machine/machine-records.js'
import {parseEnumFdb, type RejectedLine} from './ascii.js'
import {type LineSource, linesOf} from './line-source.js'
import {findByWords} from './query.js'
import {type FoundLines, findRecords, longestNeedle, valueNeedle} from './scan-lines.js'

/**
 * Questions to an enum.fdb, answered as `findByAddress` and `findByWords` answer them over all records,
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
export function lookupAddress(
  text: Buffer | LineSource,
  address: MachineAddress,
  host?: string,
  name?: string,
): MachineLookup {
  const lines = sourceOf(text)
  const needles = addressNeedles(address)
  const {records, rejects} = needles === undefined ? parseEnumFdb(lines.all(), name) : findRecords(lines, needles)
  if (records.length === 0) refuseOldLayout(lines, name)
  const complete = needles === undefined ? records : withAllInterfaces(lines, records)
  return {machines: findByAddress(complete, address, host), rejects}
}

/** Throws ConfigError INVENTORY_FORMAT where reading the whole file would. */
export function lookupWords(text: Buffer | LineSource, words: readonly string[], name?: string): FoundLines {
  const [longest = ''] = words.map(wordNeedle).sort((a, b) => b.length - a.length)
  const {records, rejects} = lookupNeedles(sourceOf(text), [longest], name)
  return {records: findByWords(records, words), rejects}
}

/**
 * At least the records that contain one of the texts without regard to case, UUIDs with hyphens or without. Throws
 * ConfigError INVENTORY_FORMAT where reading the whole file would.
 */
export function lookupTexts(lines: LineSource, texts: readonly string[], name?: string): readonly InventoryRecord[] {
  return lookupNeedles(lines, texts.map(wordNeedle), name).records
}

function lookupNeedles(lines: LineSource, needles: readonly string[], name?: string): FoundLines {
  // an empty one fits every line
  const found = needles.includes('') ? parseEnumFdb(lines.all(), name) : findRecords(lines, needles.map(wordPattern))
  if (found.records.length === 0) refuseOldLayout(lines, name)
  return found
}

function sourceOf(text: Buffer | LineSource): LineSource {
  return Buffer.isBuffer(text) ? linesOf(text) : text
}

/** The one field of the address that narrows the search best. */
function addressNeedles(address: MachineAddress): readonly RegExp[] | undefined {
  const {label, id, path, filename, uuid, mac, tcp} = address
  const exact = id ?? path ?? label
  if (exact !== undefined) return [valueNeedle(exact, {whole: true})]
  if (uuid !== undefined && uuid.length === 32) return [wordPattern(uuid)]
  if (mac !== undefined) {
    return [mac, mac.replaceAll(':', '-')].map((form) => valueNeedle(form, {whole: true, anyCase: true}))
  }
  if (tcp !== undefined && isAscii(tcp)) return [valueNeedle(tcp, {whole: true, anyCase: true})]
  return filename === undefined ? undefined : [valueNeedle(filename)]
}

/**
 * How the word is searched in the bytes: as what may be a piece of a UUID, hyphens elsewhere; by a part that has no
 * case where there is a good one, which is fastest; else without regard to case.
 */
function wordPattern(word: string): RegExp {
  if (/^[0-9a-f]{2,}$/.test(word)) return new RegExp([...word.slice(0, longestNeedle)].join('-*'), 'gi')
  const caseless = word.split(/[a-z]/).reduce((longest, part) => (part.length > longest.length ? part : longest), '')
  return caseless.length >= 4 ? valueNeedle(caseless) : valueNeedle(word, {anyCase: true})
}

function isAscii(value: string): boolean {
  return /^[\0-\x7f]*$/.test(value)
}

/** The other interfaces of a machine need not contain what was searched for, but they have its path. */
function withAllInterfaces(lines: LineSource, records: readonly InventoryRecord[]): readonly InventoryRecord[] {
  const paths = [...new Set(records.map(({id}) => id))]
  if (paths.length > fewMachines || paths.includes('')) return parseEnumFdb(lines.all()).records
  const needles = paths.map((path) => valueNeedle(path, {whole: true}))
  return paths.length === 0 ? [] : findRecords(lines, needles).records
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
function refuseOldLayout(lines: LineSource, name?: string): void {
  if (!hasRecordNearStart(lines)) parseEnumFdb(lines.all(), name)
}

function hasRecordNearStart(lines: LineSource): boolean {
  const [start] = lines.pieces()
  try {
    return start === undefined || parseEnumFdb(start.bytes).records.length > 0
  } catch {
    return false
  }
}
