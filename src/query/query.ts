import {UsageError} from '../domain/errors.js'
import type {InventoryRecord, RecordField} from '../domain/inventory/inventory-record.js'
import {classicLine, hasExact, wordText} from '../domain/inventory/record-text.js'
import {normalizeMac, normalizeUuid} from '../domain/machine/machine-address.js'
import {compilePattern, type Pattern} from './ere/pattern.js'

/**
 * A question to the inventory as plain data. Both languages (ctys-vhost's and today's) are read into it by src/parse.
 * Text compares without regard to case, except in `line` and `contains`, which are the classic ones.
 */
export type Query =
  | {readonly kind: 'and' | 'or'; readonly terms: readonly Query[]}
  | {readonly kind: 'not'; readonly term: Query}
  /** The pattern fits somewhere in the 47 classic fields joined by `;`. */
  | {readonly kind: 'line'; readonly pattern: Pattern}
  | {readonly kind: 'match'; readonly field: RecordField; readonly pattern: Pattern}
  | {readonly kind: 'contains'; readonly field: RecordField; readonly text: string}
  /** One field contains the value of another. */
  | {readonly kind: 'holds'; readonly field: RecordField; readonly part: RecordField}
  | {readonly kind: 'equals'; readonly field: RecordField; readonly text: string}
  /** Stands somewhere in the record, as `ctys find WORD` means it. */
  | {readonly kind: 'word'; readonly text: string}
  | {readonly kind: 'number'; readonly field: RecordField; readonly op: Comparison; readonly value: number}
  /** How long ago the record was last seen; what was never seen is older than everything. */
  | {readonly kind: 'age'; readonly op: Ordering; readonly seconds: number}

export type Ordering = '<' | '<=' | '>' | '>='
export type Comparison = Ordering | '='

/** Fits every record. */
export const everything: Query = {kind: 'and', terms: []}

export interface QueryOptions {
  readonly now: Date
  /** The query is given up after this time of the processor; default 5 s. */
  readonly limitMs?: number
}

/**
 * The records that fit, in the order given, but those with a required word as their whole label, UUID or MAC address
 * first. Throws UsageError when it takes too long, which only a pattern made for that can do.
 */
export function evaluateQuery(
  query: Query,
  records: readonly InventoryRecord[],
  {now, limitMs = 5000}: QueryOptions,
): readonly InventoryRecord[] {
  const fits = compile(query, now)
  const current = new CurrentRecord()
  const end = processorMs() + limitMs
  const found: InventoryRecord[] = []
  let read = 0
  for (const record of records) {
    if (read++ % recordsPerCheck === 0 && processorMs() > end) throw tooSlow(limitMs)
    current.read(record)
    if (fits(record, current)) found.push(record)
  }
  const words = requiredWords(query)
  if (words.length === 0) return found
  const exact = found.filter((record) => hasExact(record, words))
  return exact.length === 0 ? found : [...exact, ...found.filter((record) => !hasExact(record, words))]
}

const recordsPerCheck = 64

/** Of this process: on a machine that is busy with other work a query takes longer and is none that takes too long. */
function processorMs(): number {
  const {user, system} = process.cpuUsage()
  return (user + system) / 1000
}

function tooSlow(limitMs: number): UsageError {
  return new UsageError([`the query was given up after ${limitMs / 1000} s`], 'use a simpler pattern')
}

/** The texts of one record that several terms may ask for, each built when first needed. */
class CurrentRecord {
  #record: InventoryRecord | undefined
  #line: string | undefined
  #words: string | undefined

  read(record: InventoryRecord): void {
    this.#record = record
    this.#line = undefined
    this.#words = undefined
  }

  get line(): string {
    if (this.#line === undefined) this.#line = this.#record === undefined ? '' : classicLine(this.#record)
    return this.#line
  }

  get words(): string {
    if (this.#words === undefined) this.#words = this.#record === undefined ? '' : wordText(this.#record)
    return this.#words
  }
}

type Fits = (record: InventoryRecord, current: CurrentRecord) => boolean

/** Everything that can be done once is done here, not for each record. */
function compile(query: Query, now: Date): Fits {
  switch (query.kind) {
    case 'and':
    case 'or': {
      const terms = query.terms.map((term) => compile(term, now))
      return query.kind === 'and'
        ? (record, current) => terms.every((fits) => fits(record, current))
        : (record, current) => terms.some((fits) => fits(record, current))
    }
    case 'not': {
      const fits = compile(query.term, now)
      return (record, current) => !fits(record, current)
    }
    case 'line': {
      const test = compilePattern(query.pattern)
      return (_, current) => test(current.line)
    }
    case 'match': {
      const test = compilePattern(query.pattern)
      return (record) => test(record[query.field])
    }
    case 'contains':
      return (record) => record[query.field].includes(query.text)
    case 'holds':
      return (record) => record[query.field].includes(record[query.part])
    case 'equals': {
      const normalize = normalizerOf(query.field)
      const text = normalize(query.text)
      return (record) => normalize(record[query.field]) === text
    }
    case 'word': {
      const text = query.text.toLowerCase()
      return (_, current) => current.words.includes(text)
    }
    case 'number':
      return (record) => {
        const value = record[query.field]
        return /^[0-9]+$/.test(value) && compares(Number(value), query.op, query.value)
      }
    case 'age':
      return ({observedAt}) => {
        const seconds = (now.getTime() - Date.parse(observedAt)) / 1000
        return compares(Number.isNaN(seconds) ? Number.POSITIVE_INFINITY : seconds, query.op, query.seconds)
      }
  }
}

function normalizerOf(field: RecordField): (text: string) => string {
  if (field === 'uuid') return normalizeUuid
  if (field === 'mac') return normalizeMac
  return (text) => text.toLowerCase()
}

function compares(value: number, op: Comparison, limit: number): boolean {
  switch (op) {
    case '<':
      return value < limit
    case '<=':
      return value <= limit
    case '>':
      return value > limit
    case '>=':
      return value >= limit
    case '=':
      return value === limit
  }
}

/** Words that every record found must have. */
function requiredWords(query: Query): readonly string[] {
  if (query.kind === 'word') return [query.text]
  return query.kind === 'and' ? query.terms.flatMap(requiredWords) : []
}
