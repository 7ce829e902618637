/**
 * What a domU configuration assigns, by the grammar of xl (xl.cfg(5), libxlu_cfg_y.y) and of Python's literals, in which
 * xm's files are written: `KEY = VALUE` and `KEY += VALUE`, ended by a line or a `;`. The last assignment of a key counts,
 * as in both. Nothing is executed: what is no literal makes its key unknown, and an indented block may never run.
 */
import {type Token, tokensOf} from './tokens.js'

/** None and whatever is no text, number or list of such are undefined. */
export type Value = string | number | readonly Value[]

/** A key that was assigned something which is no literal is there, with undefined. */
export type Assignments = ReadonlyMap<string, Value | undefined>

/** Lists nested deeper are no configuration. */
const maxDepth = 8

const blockWords: ReadonlySet<string> = new Set(
  'if elif else for while try except finally with def class async match'.split(' '),
)

export function readAssignments(text: string): Assignments {
  const values = new Map<string, Value | undefined>()
  let blockIndent: number | undefined
  for (const line of linesOf(text)) {
    const [[first] = []] = line
    if (first === undefined || (blockIndent !== undefined && first.indent > blockIndent)) continue
    blockIndent = undefined
    if (first.kind === 'name' && blockWords.has(first.text) && !isAssignment(line[0])) {
      if (line.at(-1)?.at(-1)?.text === ':') blockIndent = first.indent
      continue
    }
    for (const statement of line) readStatement(statement, values)
  }
  return values
}

type Statement = readonly Token[]

/** The statements of each line that has one. */
function* linesOf(text: string): Generator<readonly Statement[]> {
  let line: Statement[] = []
  let statement: Token[] = []
  for (const token of tokensOf(text)) {
    if (token.kind !== 'end') {
      statement.push(token)
      continue
    }
    if (statement.length > 0) line.push(statement)
    statement = []
    if (token.text !== '\n') continue
    if (line.length > 0) yield line
    line = []
  }
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.kind === 'sign' && token.text === text
}

function isAssignment([name, sign]: Statement = []): boolean {
  return name?.kind === 'name' && (isSign(sign, '=') || isSign(sign, '+='))
}

function readStatement(statement: Statement, values: Map<string, Value | undefined>): void {
  const [first, sign] = statement
  if (first?.kind === 'name' && isSign(sign, '+=')) {
    const added = literalOf(statement, 2)
    values.set(first.text, values.has(first.text) ? sum(values.get(first.text), added) : added)
    return
  }
  const names: string[] = []
  let at = 0
  while (statement[at]?.kind === 'name' && isSign(statement[at + 1], '=')) {
    names.push(statement[at]?.text ?? '')
    at += 2
  }
  const value = literalOf(statement, at)
  for (const name of names) values.set(name, value)
  if (names.length === 0) forgetChanged(statement, values)
}

/** `disk.append(...)`, `disk[0] = ...`, `a, b = ...`, `del disk`: whatever it does, the literal no longer holds. */
function forgetChanged(statement: Statement, values: Map<string, Value | undefined>): void {
  const equals = statement.findIndex((token) => isSign(token, '='))
  const isDel = statement[0]?.text === 'del'
  const changed = isDel ? statement : statement.slice(0, Math.max(1, equals))
  for (const {kind, text} of changed) if (kind === 'name' && values.has(text)) values.set(text, undefined)
}

function sum(before: Value | undefined, added: Value | undefined): Value | undefined {
  if (typeof before === 'string' && typeof added === 'string') return before + added
  if (typeof before === 'number' || typeof added === 'number') return undefined
  if (before === undefined || added === undefined || typeof before === 'string' || typeof added === 'string') return
  return before.concat(added)
}

/** The literal that the rest of a statement is. */
function literalOf(statement: Statement, from: number): Value | undefined {
  const found = readValue(statement, from, 0)
  return found?.next === statement.length ? found.value : undefined
}

interface Found {
  readonly value: Value | undefined
  readonly next: number
}

function readValue(tokens: Statement, at: number, depth: number): Found | undefined {
  const token = tokens[at]
  if (token === undefined || depth > maxDepth) return undefined
  if (token.kind === 'string') return readStrings(tokens, at)
  const next = at + 1
  if (token.kind === 'number') {
    const value = wholeNumber(token.text)
    return value === undefined ? undefined : {value, next}
  }
  if (isSign(token, '[')) return readList(tokens, next, {close: ']', depth})
  if (isSign(token, '(')) return readList(tokens, next, {close: ')', depth})
  if (token.kind !== 'name' || !Object.hasOwn(constants, token.text)) return undefined
  return {value: constants[token.text], next}
}

const constants: Readonly<Record<string, number | undefined>> = {True: 1, False: 0, None: undefined}

/** Python joins strings that stand side by side. */
function readStrings(tokens: Statement, at: number): Found {
  let next = at
  while (tokens[next]?.kind === 'string') next++
  const value = tokens.slice(at, next).map(({text}) => text)
  return {value: value.join(''), next}
}

/** A comma may stand behind the last value; one value in parentheses without a comma is the value itself. */
function readList(tokens: Statement, from: number, list: {close: string; depth: number}): Found | undefined {
  const values: Value[] = []
  let hasComma = false
  let at = from
  while (!isSign(tokens[at], list.close)) {
    if (values.length > 0 && !hasComma) return undefined
    const found = readValue(tokens, at, list.depth + 1)
    if (found?.value === undefined) return undefined
    values.push(found.value)
    hasComma = isSign(tokens[found.next], ',')
    at = found.next + (hasComma ? 1 : 0)
  }
  const isOne = list.close === ')' && values.length === 1 && !hasComma
  return {value: isOne ? values[0] : values, next: at + 1}
}

/** Decimal, hexadecimal (0x), octal (0 or 0o) or binary (0b), as strtoul(3) with base 0 and Python read it. */
export function wholeNumber(text: string): number | undefined {
  const digits = text.replace(/(?<=\d)[lL]$/, '')
  const [, octal] = /^0o?([0-7]{1,17})$/i.exec(digits) ?? []
  if (octal !== undefined) return Number.parseInt(octal, 8)
  return /^(?:0|[1-9]\d{0,14}|0x[0-9a-f]{1,12}|0b[01]{1,48})$/i.test(digits) ? Number(digits) : undefined
}
