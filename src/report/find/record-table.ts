/**
 * TAB_GEN: a table of fixed columns, headings over a rule, `|` between the cells. A value that is too long is cut without
 * a mark, as the original did, or broken into lines; an empty one is `-`.
 */

import type {TableCell} from '../../domain/inventory/record-output.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {fitText, padText, textWidth} from '../../lib/text-width.js'

/** One value a cell in every row. */
export function tableText(cells: readonly TableCell[], rows: readonly (readonly string[])[]): string {
  const heading = cells.map((cell) => padText(cut(escapeControls(cell.heading), cell.width, 'end'), cell.width))
  const rule = cells.map(({width}) => '-'.repeat(width))
  const lines = [heading.join('|'), rule.join('+'), ...rows.flatMap((row) => rowLines(cells, row))]
  return lines.map((line) => `${line}\n`).join('')
}

function rowLines(cells: readonly TableCell[], row: readonly string[]): readonly string[] {
  const columns = cells.map(({width, overflow}, i) => {
    const value = escapeControls(row[i] ?? '') || '-'
    return overflow === 'wrap' ? wrap(value, width) : [cut(value, width, overflow)]
  })
  const height = Math.max(...columns.map((lines) => lines.length))
  return Array.from({length: height}, (_, line) =>
    cells.map(({width}, i) => padText(columns[i]?.[line] ?? '', width)).join('|'),
  )
}

/** What fits of the value, without the mark that fitText puts at the cut. */
function cut(value: string, width: number, side: 'end' | 'start'): string {
  if (textWidth(value) <= width) return value
  return side === 'end'
    ? fitText(`${value} `, width + 1).slice(0, -1)
    : fitText(` ${value}`, width + 1, 'start').slice(1)
}

function wrap(value: string, width: number): readonly string[] {
  const lines: string[] = []
  for (let rest = value; rest !== ''; ) {
    // a wide character that fits in no line still takes one
    const line = cut(rest, width, 'end') || ([...rest][0] ?? '')
    lines.push(line)
    rest = rest.slice(line.length)
  }
  return lines
}
