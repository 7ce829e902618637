/**
 * Ten thousand strings that try to be run, to command a terminal, to break a line, an option parser or a decoder. The
 * same in every run. Each one holds a command that makes a file `ctys-canary-N` wherever it is run.
 */

export const hostileCount = 10_000

/** Of a canary wherever it may lie: a plain file of that name, with what a half-eaten quote may have left behind it. */
export const canaryPattern = '.*/ctys-canary-[0-9]+[^/]{0,3}'

const terminal = [
  '\x1b[2J',
  '\x1b]0;owned\x07',
  '\x9b31m',
  '\r',
  '\x08\x08',
  '\x7f',
  '\u202e',
  '\u2028',
  '\ud800',
  '\x1b[6n',
]
const unusual = [
  '日本語',
  '😀',
  'e\u0301',
  '\ufeff',
  '%s%n',
  '%2e%3b',
  '%%',
  '*',
  '~root',
  '{a,b}',
  '!!',
  '\\',
  '\t',
  '#',
  '=',
  ',',
  ':',
  '@',
  '[',
  ';;',
  '\0',
]

const shapes: readonly ((command: string) => string)[] = [
  (command) => `$(${command})`,
  (command) => `\`${command}\``,
  (command) => `;${command};`,
  (command) => `|${command}`,
  (command) => `&&${command}&`,
  (command) => `\n${command}\n`,
  (command) => `\r\n${command}\r\n`,
  (command) => `';${command};'`,
  (command) => `";${command};"`,
  (command) => `'\\'';${command};'\\''`,
  (command) => `"$(${command})"`,
  (command) => `-oProxyCommand=${command}`,
  (command) => `-- ;${command}`,
  (command) => `--base=$(${command})`,
  (command) => `\${x:-$(${command})}`,
  (command) => `<(${command})`,
  (command) => `%h;${command}`,
  (command) => `x[$(${command})]`,
  (command) => `\nEOF\n${command}\n`,
  (command) => `'"'"'\n${command}\n#`,
]

/** mulberry32: 32 bits of state are enough to mix a table. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The strings; `dir` is where the canary is to be made, with its slash, or empty for wherever the command runs. */
export function hostileStrings(dir: string): readonly string[] {
  const next = random(20240101)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T
  return Array.from({length: hostileCount}, (_, n) => {
    const shape = shapes[n % shapes.length] as (command: string) => string
    const core = shape(`touch ${dir}ctys-canary-${n}`)
    const extra = () => (next() < 0.4 ? pick(terminal) : next() < 0.5 ? pick(unusual) : '')
    const long = n % 50 === 7 ? 'A'.repeat(5000) : ''
    // what begins with a hyphen shall stay in front
    return n % 3 === 0 ? `${core}${extra()}${extra()}${long}` : `${extra()}${long}${extra()}${core}${extra()}`
  })
}

/** As one name in a directory: no slash, no NUL, at most 200 bytes, and in every fifth bytes that are no UTF-8. */
export function hostileName(text: string, n: number): Buffer {
  const bytes = Buffer.from(text.replaceAll('/', '\u2215').replaceAll('\0', ''), 'utf8')
  const name = bytes.length > 200 ? bytes.subarray(bytes.length - 200) : bytes
  return n % 5 === 0 ? Buffer.concat([Buffer.from([0xff, 0xc3]), name, Buffer.from([0xe2, 0x82])]) : name
}
