/**
 * The text of a macro file: `NAME=text`, blanks around both left out. A `\` at the end of a line continues the text on
 * the next one, whose leading blanks do not count. Lines that begin with `#` are comments, within a continued text too.
 * Of a name given twice the last counts. The text is data; nothing in it is a command, a variable or a quote.
 */
export interface ParsedMacros {
  readonly macros: ReadonlyMap<string, string>
  readonly faults: readonly {readonly line: number; readonly reason: string}[]
}

export function parseMacros(text: string): ParsedMacros {
  const macros = new Map<string, string>()
  const faults: {line: number; reason: string}[] = []
  for (const {line, text: whole} of logicalLines(text)) {
    const equals = whole.indexOf('=')
    const name = whole.slice(0, Math.max(equals, 0)).trim()
    const value = whole.slice(equals + 1).trim()
    if (equals < 0) faults.push({line, reason: 'is no NAME=text'})
    else if (!/^[A-Za-z0-9_-]{1,100}$/.test(name)) {
      faults.push({line, reason: `'${name}' is no name: letters, digits, _ and - only`})
    } else if (value === '') faults.push({line, reason: `${name} has no text`})
    else if (/[\0-\x08\x0a-\x1f\x7f]/.test(value)) faults.push({line, reason: `${name} holds control characters`})
    else macros.set(name, value)
  }
  return {macros, faults}
}

/** What stands between line ends that are not continued, with the number of the first. */
function logicalLines(text: string): readonly {line: number; text: string}[] {
  const found: {line: number; text: string}[] = []
  let parts: string[] = []
  let first = 0
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const rest = line.trimStart()
    if (rest.startsWith('#')) continue
    if (parts.length === 0) first = index + 1
    const continued = rest.endsWith('\\')
    parts.push(continued ? rest.slice(0, -1) : rest)
    if (continued) continue
    if (parts.join('').trim() !== '') found.push({line: first, text: parts.join('')})
    parts = []
  }
  if (parts.join('').trim() !== '') found.push({line: first, text: parts.join('')})
  return found
}
