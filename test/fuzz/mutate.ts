/**
 * Damaged files for fuzzing: pure functions of the samples and a seed, so that a seed printed by a failed test gives
 * the very bytes again.
 */

/** A number in [0, 1), as Math.random gives it. */
export type Random = () => number

/** mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** An integer in [0, limit); 0 for a limit below 1. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * Math.max(0, limit))
}

export interface Corpus {
  readonly samples: readonly Buffer[]
  /** What is inserted: hostile pieces, and words of the format. */
  readonly tokens: readonly Buffer[]
}

/** One sample after one to four mutations; one in twenty stays whole. */
export function mutate({samples, tokens}: Corpus, random: Random): Buffer {
  let bytes = pick(samples, random)
  if (random() < 0.05) return bytes
  for (let left = 1 + below(random, 4); left > 0; left--) {
    bytes = pick(mutators, random)(bytes, random, {samples, tokens})
  }
  return bytes
}

/** Hostile in every format. `command` is what a shell would run if one ever saw it. */
export function hostileTokens(command: string): readonly Buffer[] {
  const texts = [
    `$(${command})`,
    `\`${command}\``,
    `;${command};`,
    `"; ${command}; "`,
    `'\n${command}\n'`,
    `|${command}`,
    `#{${command}}`,
    ...[
      ';',
      ';;;;',
      '%',
      '%s%n',
      '%3B',
      '%0A',
      '%zz',
      '%E2%82',
      '\0',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\t',
      '"',
      "'",
      '\\',
    ],
    ...['\x1b[2J', '\x1b]0;owned\x07', '\x9b31m', '\x7f', '\x08', '\u202e', '\u2028', '\u0085', '\ufeff', '\ufffd'],
    ...['__proto__', 'constructor', 'toString', '-oProxyCommand=x', '../../etc/passwd', '=', ',', ':', '#', '#@#', '='],
    ...['99999999999999999999', '-1', '1e999', '0x7fffffff', '4294967296', 'NaN', '007', '日本語', '😀'],
    'A'.repeat(5000),
    ' '.repeat(3000),
    '#'.repeat(2000),
    '"'.repeat(999),
    '{'.repeat(3000),
    '['.repeat(3000),
    'x '.repeat(2000),
    'a;'.repeat(2000),
    '\n'.repeat(2000),
  ]
  // overlong, surrogate, cut off, beyond Unicode, Latin-1 (RFC 3629, section 3)
  const noUtf8 = ['c0af', 'e080af', 'f08080af', 'eda080', 'e282', 'f4908080', 'ff', 'fc', '80', 'fe', 'c3']
  return [...texts.map((text) => Buffer.from(text)), ...noUtf8.map((hex) => Buffer.from(hex, 'hex'))]
}

type Mutator = (bytes: Buffer, random: Random, corpus: Corpus) => Buffer

/** No file grows beyond this by being copied into itself. */
const maxBytes = 200_000

const insertToken: Mutator = (bytes, random, {tokens}) => {
  const at = below(random, bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), pick(tokens, random), bytes.subarray(at)])
}

const mutators: readonly Mutator[] = [
  // more than one share: what is most often of use
  insertToken,
  insertToken,
  insertToken,
  function flipBytes(bytes, random) {
    const damaged = Buffer.from(bytes)
    for (let left = 1 + below(random, 8); left > 0 && damaged.length > 0; left--) {
      damaged[below(random, damaged.length)] = below(random, 256)
    }
    return damaged
  },
  function flipBit(bytes, random) {
    const damaged = Buffer.from(bytes)
    const at = below(random, damaged.length)
    if (damaged.length > 0) damaged[at] = (damaged[at] ?? 0) ^ (1 << below(random, 8))
    return damaged
  },
  function replaceWithToken(bytes, random, {tokens}) {
    const [start, end] = span(bytes, random, 30)
    return Buffer.concat([bytes.subarray(0, start), pick(tokens, random), bytes.subarray(end)])
  },
  function cutTail(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length + 1))
  },
  function cutHead(bytes, random) {
    return bytes.subarray(below(random, bytes.length + 1))
  },
  function cutOut(bytes, random) {
    const [start, end] = span(bytes, random, 200)
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)])
  },
  function repeatPart(bytes, random) {
    const [start, end] = span(bytes, random, 400)
    const part = bytes.subarray(start, end)
    const times = Math.min(2 + below(random, 60), Math.floor(maxBytes / (bytes.length + part.length + 1)))
    return Buffer.concat([
      bytes.subarray(0, start),
      ...Array<Buffer>(Math.max(0, times)).fill(part),
      bytes.subarray(end),
    ])
  },
  function splice(bytes, random, {samples}) {
    const other = pick(samples, random)
    return Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length)),
    ])
  },
  function swapLines(bytes, random) {
    const lines = linesOf(bytes)
    const [one, other] = [below(random, lines.length), below(random, lines.length)]
    const [a, b] = [lines[one], lines[other]]
    if (a !== undefined && b !== undefined) [lines[one], lines[other]] = [b, a]
    return joined(lines)
  },
  function dropLine(bytes, random) {
    const lines = linesOf(bytes)
    lines.splice(below(random, lines.length), 1)
    return joined(lines)
  },
  function asWindows(bytes) {
    return joined(linesOf(bytes).map((line) => Buffer.concat([line, Buffer.from('\r')])))
  },
  function markByteOrder(bytes) {
    return Buffer.concat([Buffer.from('\ufeff'), bytes])
  },
  function enlargeNumber(bytes, random) {
    const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)]
    const found = numbers[below(random, numbers.length)]
    if (found === undefined) return bytes
    const huge = Buffer.from(found[0].repeat(1 + below(random, 40)))
    return Buffer.concat([bytes.subarray(0, found.index), huge, bytes.subarray(found.index + found[0].length)])
  },
]

function pick<T>(list: readonly T[], random: Random): T {
  return list[below(random, list.length)] as T
}

function span(bytes: Buffer, random: Random, longest: number): readonly [start: number, end: number] {
  const start = below(random, bytes.length + 1)
  return [start, Math.min(bytes.length, start + below(random, longest))]
}

/** Without their LF. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(0x0a, start)
    const end = found === -1 ? bytes.length : found
    lines.push(bytes.subarray(start, end))
    start = end + 1
  }
  return lines
}

function joined(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])))
}
