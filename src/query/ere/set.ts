/** The sets of characters in an extended regular expression: brackets, classes and escapes. */
import type {CharRange} from './pattern.js'

const lastCode = 0x10ffff
export const everyChar: CharRange = [0, lastCode]

/** IEEE Std 1003.1, 7.3.1, in the POSIX locale: ASCII only. */
const classes: Readonly<Record<string, readonly CharRange[]>> = {
  alpha: ranges('AZ', 'az'),
  digit: ranges('09'),
  alnum: ranges('09', 'AZ', 'az'),
  upper: ranges('AZ'),
  lower: ranges('az'),
  space: ranges('\t\r', '  '),
  blank: ranges('\t\t', '  '),
  punct: ranges('!/', ':@', '[`', '{~'),
  print: ranges(' ~'),
  graph: ranges('!~'),
  cntrl: ranges('\0\x1f', '\x7f\x7f'),
  xdigit: ranges('09', 'AF', 'af'),
}

const {digit = [], space = []} = classes
const word = ranges('09', 'AZ', 'az', '__')

const escapes: Readonly<Record<string, readonly CharRange[]>> = {
  t: ranges('\t\t'),
  n: ranges('\n\n'),
  r: ranges('\r\r'),
  f: ranges('\f\f'),
  v: ranges('\v\v'),
  a: ranges('\x07\x07'),
  d: digit,
  D: complement(digit),
  s: space,
  S: complement(space),
  w: word,
  W: complement(word),
}

function ranges(...pairs: readonly string[]): readonly CharRange[] {
  return pairs.map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)])
}

/** What stands behind a backslash, or what is wrong with it. */
export function readEscape(char: string | undefined): readonly CharRange[] | string {
  if (char === undefined) return 'a backslash stands at the end'
  const known = Object.hasOwn(escapes, char) ? escapes[char] : undefined
  if (known !== undefined) return known
  if (/[0-9]/.test(char)) return `\\${char}: there are no back references and no octal characters`
  if (/[A-Za-z<>`']/.test(char)) return `\\${char}: unknown escape`
  return only(char)
}

function only(char: string): readonly CharRange[] {
  const code = char.codePointAt(0) ?? 0
  return [[code, code]]
}

interface Bracket {
  readonly ranges: readonly CharRange[]
  readonly negated: boolean
  /** Index behind the closing bracket. */
  readonly next: number
}

/** Reads a bracket expression; `from` is the index behind its `[`. */
export function readBracket(chars: readonly string[], from: number): Bracket | {readonly fault: string} {
  let at = from
  const negated = chars[at] === '^'
  if (negated) at++
  const begin = at
  const found: CharRange[] = []
  for (; chars[at] !== ']' || at === begin; ) {
    const low = readItem(chars, at)
    if ('fault' in low) return low
    at = low.next
    if (chars[at] !== '-' || chars[at + 1] === ']' || chars[at + 1] === undefined) {
      found.push(...low.ranges)
      continue
    }
    const high = readItem(chars, at + 1)
    if ('fault' in high) return high
    at = high.next
    const first = low.single
    const last = high.single
    if (first === undefined || last === undefined) return {fault: 'a class of characters cannot begin or end a range'}
    if (first > last) {
      return {fault: `[${String.fromCodePoint(first)}-${String.fromCodePoint(last)}]: the range runs backwards`}
    }
    found.push([first, last])
  }
  return {ranges: found, negated, next: at + 1}
}

interface Item {
  readonly ranges: readonly CharRange[]
  /** The code point, when it is one character. */
  readonly single: number | undefined
  readonly next: number
}

function readItem(chars: readonly string[], at: number): Item | {readonly fault: string} {
  const char = chars[at]
  if (char === undefined) return {fault: "a '[' is not closed"}
  if (char === '\\') {
    const read = readEscape(chars[at + 1])
    return typeof read === 'string' ? {fault: read} : item(read, at + 2)
  }
  const sign = chars[at + 1]
  if (char !== '[' || (sign !== ':' && sign !== '.' && sign !== '=')) return item(only(char), at + 1)
  let end = at + 2
  while (end < chars.length && !(chars[end] === sign && chars[end + 1] === ']')) end++
  if (end >= chars.length) return {fault: `a '[${sign}' is not closed`}
  const name = chars.slice(at + 2, end)
  if (sign !== ':') {
    const [single] = name
    return name.length === 1 && single !== undefined
      ? item(only(single), end + 2)
      : {fault: `[${sign}${name.join('')}${sign}]: only single characters are known here`}
  }
  const named = Object.hasOwn(classes, name.join('')) ? classes[name.join('')] : undefined
  if (named === undefined)
    return {fault: `[:${name.join('')}:]: unknown class; known are ${Object.keys(classes).join(' ')}`}
  return {ranges: named, single: undefined, next: end + 2}
}

function item(found: readonly CharRange[], next: number): Item {
  const [range] = found
  const single = found.length === 1 && range !== undefined && range[0] === range[1] ? range[0] : undefined
  return {ranges: found, single, next}
}

/** All other characters. */
export function complement(set: readonly CharRange[]): readonly CharRange[] {
  const others: CharRange[] = []
  let next = 0
  for (const [low, high] of [...set].sort((a, b) => a[0] - b[0])) {
    if (low > next) others.push([next, low - 1])
    next = Math.max(next, high + 1)
  }
  return next > lastCode ? others : [...others, [next, lastCode]]
}

const caseGap = 32

/** Adds the other case: of all ASCII letters, and of single letters beyond. */
export function foldCase(set: readonly CharRange[]): readonly CharRange[] {
  return set.flatMap((range): readonly CharRange[] => {
    const [low, high] = range
    if (low === high && low > 0x7f) return [range, ...otherCases(String.fromCodePoint(low))]
    return [range, ...shifted(range, 'A', 'Z', caseGap), ...shifted(range, 'a', 'z', -caseGap)]
  })
}

function otherCases(char: string): readonly CharRange[] {
  return [char.toLowerCase(), char.toUpperCase()].filter((other) => [...other].length === 1).flatMap(only)
}

function shifted([low, high]: CharRange, first: string, last: string, by: number): readonly CharRange[] {
  const from = Math.max(low, first.charCodeAt(0))
  const to = Math.min(high, last.charCodeAt(0))
  return from > to ? [] : [[from + by, to + by]]
}
