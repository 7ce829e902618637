/**
 * Today's query language. `label=web01` and `!=` compare whole values, `~` and `!~` take a regular expression, both
 * without regard to case; `mem>2G`, `vcpu>=2` compare numbers and `age>1d` how long ago the record was seen. Any other
 * word is searched anywhere in the record. Connecting words and brackets: see query-boolean.ts.
 */
import type {RecordField} from '../../domain/inventory/inventory-record.js'
import {shorten} from '../../lib/shorten.js'
import {suggest} from '../../lib/suggest.js'
import {parseEre} from '../ere/parse.js'
import {fieldOf, longFieldKeys} from '../fields.js'
import {type Comparison, everything, type Ordering, type Query} from '../query.js'
import {parseBoolean} from './boolean.js'

/** Reads all words; faults are added to `faults` and undefined is returned when there are any. No words: all records. */
export function parseFindQuery(words: readonly string[], faults: string[]): Query | undefined {
  const before = faults.length
  const term = (word: string): Query => parseTerm(word, faults)
  const query = parseBoolean(words, {term, brackets: true}, faults)
  return faults.length === before ? query : undefined
}

/** A word without any meaning of its own: it is searched as it stands. */
export function isPlainWord(word: string): boolean {
  return word.length <= longestWord && !/[=~<>()]/.test(word) && !/^(and|or|not)$/i.test(word)
}

/** No field of a record comes near it. */
const longestWord = 1000

/** What is wrong with words that are too long to be looked for, in either language. */
export function longWordFaults(words: readonly string[]): readonly string[] {
  return words
    .filter((word) => word.length > longestWord)
    .map((word) => `'${shorten(word)}' is too long: at most ${longestWord} characters`)
}

type Operator = Comparison | '!=' | '~' | '!~'

interface Fault {
  readonly fault: string
}

function parseTerm(word: string, faults: string[]): Query {
  const [, key, sign, value = ''] = /^([a-z][a-z0-9]*)(!=|!~|>=|<=|==|=|~|>|<)(.*)$/is.exec(word) ?? []
  if (key === undefined || sign === undefined) return {kind: 'word', text: word}
  const read = readTerm(key.toLowerCase(), (sign === '==' ? '=' : sign) as Operator, value)
  if (!('fault' in read)) return read
  faults.push(`'${word}': ${read.fault}`)
  return everything
}

function readTerm(key: string, op: Operator, value: string): Query | Fault {
  if (key === 'age') return readAge(op, value)
  const field = fieldOf(key)
  if (field === undefined) return {fault: `unknown field '${key}'${suggest(key, [...longFieldKeys, 'age'])}`}
  // the system of a guest is what its distribution is called, as the column OS shows it
  if (field === 'os') return readText(['dist', 'os'], op, value)
  if (op === '~' || op === '!~') return readText([field], op, value)
  if (!numeric.has(field)) return readText([field], op, value)
  if (value === '' && (op === '=' || op === '!=')) return readText([field], op, value)
  const number = field === 'vram' ? mebibytes(value) : /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined
  if (number === undefined) {
    return {fault: field === 'vram' ? `'${value}' is no size (512M, 2G)` : `'${value}' is no number`}
  }
  return op === '!=' ? not({kind: 'number', field, op: '=', value: number}) : {kind: 'number', field, op, value: number}
}

/** Fields that hold a number when they hold anything. */
const numeric: ReadonlySet<RecordField> = new Set([
  'vncDisplay',
  'cport',
  'vncBase',
  'sshPort',
  'index',
  'vram',
  'vcpu',
])

/** Several fields: one of them has to fit. */
function readText(fields: readonly RecordField[], op: Operator, value: string): Query | Fault {
  if (op === '=' || op === '!=') {
    const equal = anyOf(fields.map((field) => ({kind: 'equals', field, text: value})))
    return op === '=' ? equal : not(equal)
  }
  if (op !== '~' && op !== '!~') return {fault: `'${op}' is for numbers, mem and age; use = != ~ or !~`}
  const pattern = parseEre(value, {ignoreCase: true})
  if ('fault' in pattern) return pattern
  const match = anyOf(fields.map((field) => ({kind: 'match', field, pattern})))
  return op === '~' ? match : not(match)
}

function anyOf(terms: readonly Query[]): Query {
  return terms.length === 1 && terms[0] !== undefined ? terms[0] : {kind: 'or', terms}
}

function not(term: Query): Query {
  return {kind: 'not', term}
}

const units: Readonly<Record<string, number>> = {K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024}

/** `512`, `512M`, `2G`, `2GiB`; without a unit MiB, as the record holds it. */
function mebibytes(text: string): number | undefined {
  const match = /^([0-9]{1,12}(?:\.[0-9]{1,6})?)([KMGT])?(?:i?B)?$/i.exec(text)
  if (match === null) return undefined
  return Number(match[1]) * (units[(match[2] ?? 'M').toUpperCase()] ?? 1)
}

const spans: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800}

function readAge(op: Operator, value: string): Query | Fault {
  const orderings: readonly string[] = ['<', '<=', '>', '>='] satisfies readonly Ordering[]
  if (!orderings.includes(op)) return {fault: 'age takes < <= > or >='}
  const match = /^([0-9]{1,9})([smhdw])$/i.exec(value)
  if (match === null) return {fault: `'${value}' is no span of time (30s, 30m, 12h, 1d, 2w)`}
  return {kind: 'age', op: op as Ordering, seconds: Number(match[1]) * (spans[(match[2] ?? 's').toLowerCase()] ?? 1)}
}
