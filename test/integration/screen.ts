/**
 * What is left on a terminal of unlimited height after all of `output` was written to it: carriage return, line feed,
 * and the ECMA-48 sequences that a repainted block needs (cursor up and to a column, erase line, erase below). Colours
 * and modes change nothing; any other sequence throws, so that nothing passes unseen.
 */
export function screenOf(output: string): string {
  const lines: string[] = ['']
  let row = 0
  let column = 0
  const put = (char: string): void => {
    const line = (lines[row] ?? '').padEnd(column)
    lines[row] = line.slice(0, column) + char + line.slice(column + 1)
    column += 1
  }
  for (const [part] of output.matchAll(/\x1b\[[?\d;]*[A-Za-z]|[\s\S]/g)) {
    const [, given = '', what = ''] = /^\x1b\[([?\d;]*)([A-Za-z])$/.exec(part) ?? []
    if (part === '\r') column = 0
    else if (part === '\n') {
      row += 1
      lines[row] ??= ''
    } else if (what === '') put(part)
    else if (what === 'A') row = Math.max(0, row - Number(given || 1))
    else if (what === 'B') row += Number(given || 1)
    else if (what === 'G') column = Number(given || 1) - 1
    else if (what === 'K') lines[row] = given === '2' ? '' : (lines[row] ?? '').slice(0, column)
    else if (what === 'J') {
      lines.length = row + 1
      lines[row] = (lines[row] ?? '').slice(0, column)
    } else if (!['m', 'h', 'l'].includes(what)) throw new Error(`unknown sequence ${JSON.stringify(part)}`)
  }
  return lines.map((line) => line.trimEnd()).join('\n')
}
