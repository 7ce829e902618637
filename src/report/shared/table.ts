/**
 * Tables as kubectl draws them: upper-case headings, two blanks between columns, no borders, `-` for an empty cell.
 * Every cell is escaped here, so no caller can forget it.
 *
 * Own code instead of columnify: that cuts columns one by one but cannot make a line fit the terminal, and it folds
 * blanks inside values.
 */
import {escapeControls} from '../../lib/escape-controls.js'
import {fitText, padText, textWidth} from '../../lib/text-width.js'
import type {Paint} from './style.js'

export interface Column {
  readonly title: string
  /** Where a value that does not fit is cut; `start` keeps the tail of a path. */
  readonly cut?: 'start' | 'end'
  /** Not cut as long as the other columns can keep three columns of the terminal each. */
  readonly keep?: boolean
}

interface Row {
  readonly cells: readonly string[]
  readonly paint?: Paint
}

/** No line is wider than `width`; undefined = no limit. Without rows the answer is empty: no lonely heading. */
export function formatTable(columns: readonly Column[], rows: readonly Row[], width: number | undefined): string {
  if (rows.length === 0) return ''
  const body = rows.map(({cells, paint}) => ({
    cells: columns.map((_, i) => escapeControls(cells[i] ?? '') || '-'),
    paint,
  }))
  const all = [{cells: columns.map(({title}) => title), paint: undefined}, ...body]
  const natural = columns.map((_, i) => all.reduce((most, {cells}) => Math.max(most, textWidth(cells[i] ?? '')), 0))
  const widths = width === undefined ? natural : fitColumns(columns, natural, width - gap.length * (columns.length - 1))
  return all
    .map(({cells, paint}) => {
      const padded = cells.map((cell, i) => {
        const columnWidth = widths[i] ?? 0
        return padText(fitText(cell, columnWidth, columns[i]?.cut), columnWidth)
      })
      const line = padded.join(gap).replace(/ +$/, '')
      const fitted = width === undefined ? line : fitText(line, width)
      return `${paint === undefined ? fitted : paint(fitted)}\n`
    })
    .join('')
}

const gap = '  '

function fitColumns(columns: readonly Column[], widths: readonly number[], total: number): readonly number[] {
  const left = widths.reduce((rest, width, i) => (columns[i]?.keep === true ? rest - width : rest), total)
  const others = widths.filter((_, i) => columns[i]?.keep !== true)
  if (left < others.length * leastColumns) return shrink(widths, total)
  const shrunk = [...shrink(others, left)]
  return columns.map(({keep}, i) => (keep === true ? (widths[i] ?? 0) : (shrunk.shift() ?? 0)))
}

const leastColumns = 3

/** Lowers the widest columns to one common width until all fit into `total`; narrow columns stay whole. */
function shrink(widths: readonly number[], total: number): readonly number[] {
  let left = Math.max(total, 0)
  let columns = widths.length
  let common = Number.POSITIVE_INFINITY
  for (const width of [...widths].sort((a, b) => a - b)) {
    const share = Math.floor(left / columns)
    if (width > share) {
      common = Math.max(share, 1)
      break
    }
    left -= width
    columns -= 1
  }
  // what the division left over goes to the first of the shrunk columns
  let odd = Number.isFinite(common) ? Math.max(left - common * columns, 0) : 0
  return widths.map((width) => (width <= common ? width : common + (odd-- > 0 ? 1 : 0)))
}
