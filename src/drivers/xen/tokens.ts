/**
 * The words of a domU configuration: those of libxlu_cfg_l.l (xl) and of Python's literals (xm). Lines end inside
 * brackets only for what is no longer their list; nothing is judged here. One pass, linear; never throws.
 */
export interface Token {
  /** `end` is a `;` or a line's end outside brackets; `bad` is what no literal holds. */
  readonly kind: 'name' | 'number' | 'string' | 'sign' | 'end' | 'bad'
  /** Of a string what it stands for, else as written. */
  readonly text: string
  /** How many blanks the line begins with. */
  readonly indent: number
}

const word =
  /(?<blank>[ \t\r\f\ufeff]+|\\\r?\n|#[^\n]*)|(?<end>\n|;)|(?<prefix>[rRuUbB]{0,2})(?<string>'''[^'\\]*(?:(?:\\[\s\S]|'(?!''))[^'\\]*)*(?:'''|$)?|"""[^"\\]*(?:(?:\\[\s\S]|"(?!""))[^"\\]*)*(?:"""|$)?|'[^'\\\n]*(?:\\(?:\r?\n|.)[^'\\\n]*)*'?|"[^"\\\n]*(?:\\(?:\r?\n|.)[^"\\\n]*)*"?)|(?<number>\d\w*(?:\.\w*)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\+=|==|[\s\S])/y
const lineOfKey = /[ \t]*[A-Za-z_]\w*[ \t]*\+?=(?!=)/y
const closing: Readonly<Record<string, string>> = {'[': ']', '(': ')', '{': '}'}

export function* tokensOf(text: string): Generator<Token> {
  const open: string[] = []
  let indent = 0
  let lineStart = true
  word.lastIndex = 0
  for (let at = 0; at < text.length; ) {
    word.lastIndex = at
    const groups = word.exec(text)?.groups ?? {}
    at = word.lastIndex
    const {blank, end, prefix = '', string, number, name, sign} = groups
    if (blank !== undefined) {
      if (lineStart && !blank.startsWith('#')) indent += blank.replace(/[\r\n\ufeff\\]/g, '').length
      continue
    }
    if (end !== undefined) {
      if (open.length > 0 && (end === ';' || !isNewKey(text, at, open))) {
        if (end === ';') yield {kind: 'bad', text: end, indent}
        continue
      }
      if (open.length > 0) yield {kind: 'bad', text: '', indent}
      open.length = 0
      yield {kind: 'end', text: end, indent}
      if (end === '\n') indent = 0
      lineStart = end === '\n'
      continue
    }
    lineStart = false
    if (string !== undefined) yield {...readString(prefix.toLowerCase(), string), indent}
    else if (number !== undefined) yield {kind: 'number', text: number, indent}
    else if (name !== undefined) yield {kind: 'name', text: name, indent}
    else yield {kind: 'sign', text: follow(open, sign ?? ''), indent}
  }
  yield {kind: 'end', text: '\n', indent}
}

/** A list that was never closed ends where the next key is given; arguments in parentheses may look like one. */
function isNewKey(text: string, at: number, open: readonly string[]): boolean {
  if (open.at(-1) === ')') return false
  lineOfKey.lastIndex = at
  return lineOfKey.test(text)
}

function follow(open: string[], sign: string): string {
  const close = closing[sign]
  if (close !== undefined) open.push(close)
  else if (open.at(-1) === sign) open.pop()
  return sign
}

function readString(prefix: string, quoted: string): Pick<Token, 'kind' | 'text'> {
  const quote = /^(?:'''|"""|['"])/.exec(quoted)?.[0] ?? ''
  const body = quoted.slice(quote.length, -quote.length)
  const isWhole = quoted.length >= 2 * quote.length && quoted.endsWith(quote)
  if (!isWhole || !/^(?:[rub]|br|rb|ur)?$/.test(prefix)) return {kind: 'bad', text: quoted.slice(0, 80)}
  return {kind: 'string', text: prefix.includes('r') ? body : body.replace(escapes, readEscape)}
}

const escapes = /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(\r?\n)|([\s\S]))/g
const meanings: Readonly<Record<string, string>> = {
  ...{a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v'},
  ...{'\\': '\\', "'": "'", '"': '"'},
}

/** xlu__cfgl_dequote and Python agree on these; what neither knows stays as it stands, as in Python. */
function readEscape(whole: string, hex?: string, octal?: string, line?: string, letter = ''): string {
  if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
  return line !== undefined ? '' : (meanings[letter] ?? whole)
}
