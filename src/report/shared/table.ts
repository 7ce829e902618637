/**
 * Tables as kubectl draws them: upper-case headings, two blanks between columns, no borders, `-` for an empty cell.
 * Every cell is escaped here, so no caller can forget it.
 *
 * Own code instead of columnify: that cuts columns one by one but cannot make a line fit the terminal, and it folds
 * blanks inside values.
 */
import {escapeControls} from '../../lib/escape-controls.js'
import {fitText, padText, textWidth, wrapText} from '../../lib/text-width.js'
import {formatBlocks} from './blocks.js'
import {leastDistinct, widthsFor} from './column-widths.js'
import type {Paint} from './style.js'

export interface Column {
  readonly title: string
  /** Where a value that does not fit is cut; `start` keeps the tail of a path. */
  readonly cut?: 'start' | 'end'
  /** Not cut as long as the other columns can keep three columns of the terminal each. */
  readonly keep?: boolean
  /** Names something: never cut so far that two values look the same; the line is too long before that. */
  readonly identity?: boolean
  /** A sentence: goes on in the next line instead of being cut. */
  readonly wrap?: boolean
  /** Left out where the table does not fit, the highest first. */
  readonly drop?: number
}

interface Row {
  readonly cells: readonly string[]
  readonly paint?: Paint
}

/**
 * No line is wider than `width`, unless identities need more; undefined = no limit. Where columns would be cut to nothing
 * readable the rows stand one below the other (blocks.ts). Without rows the answer is empty: no
 * lonely heading.
 */
export function formatTable(columns: readonly Column[], rows: readonly Row[], width: number | undefined): string {
  if (rows.length === 0) return ''
  const texts = rows.map(({cells}) => columns.map((_, i) => escapeControls(cells[i] ?? '') || '-'))
  const natural = columns.map(({title}, i) =>
    texts.reduce((most, cells) => Math.max(most, textWidth(cells[i] ?? '')), textWidth(title)),
  )
  const shown = width === undefined ? columns.map((_, i) => i) : shownColumns(columns, {natural, texts}, width)
  const own = shown.map((i) => columns[i] ?? {title: ''})
  const wanted = shown.map((i) => natural[i] ?? 0)
  const values = (at: number) => texts.map((cells) => cells[shown[at] ?? 0] ?? '')
  const widths = width === undefined ? wanted : fitColumns(own, wanted, values, width - gap.length * (own.length - 1))
  if (width !== undefined && isUnreadable(own, {wanted, widths})) {
    const cells = texts.map((row) => shown.map((i) => row[i] ?? ''))
    return formatBlocks(
      own.map(({title}) => title),
      cells.map((row, i) => ({cells: row, paint: rows[i]?.paint})),
      width,
    )
  }
  // where not even identities fit the line is too long, else it is cut where columns are many
  const isWhole = width === undefined || own.some(({identity}, at) => identity === true && (widths[at] ?? 0) > 1)
  const linesOf = (cells: readonly string[], paint?: Paint): string => {
    const wrapped = own.map(({wrap, cut}, at) => {
      const text = cells[shown[at] ?? 0] ?? ''
      return wrap === true ? wrapText(text, widths[at] ?? 0) : [fitText(text, widths[at] ?? 0, cut)]
    })
    const height = Math.max(...wrapped.map((lines) => lines.length))
    return Array.from({length: height}, (_, line) => {
      const padded = wrapped.map((lines, at) => padText(lines[line] ?? '', widths[at] ?? 0))
      const text = padded.join(gap).replace(/ +$/, '')
      const fitted = isWhole || width === undefined ? text : fitText(text, width)
      return `${paint === undefined ? fitted : paint(fitted)}\n`
    }).join('')
  }
  const titles = columns.map(({title}) => title)
  return [linesOf(titles), ...texts.map((cells, i) => linesOf(cells, rows[i]?.paint))].join('')
}

const gap = '  '
/** What is cut to fewer columns of the terminal says nothing. */
const leastCut = 6

interface Fitted {
  readonly wanted: readonly number[]
  readonly widths: readonly number[]
}

function isUnreadable(columns: readonly Column[], {wanted, widths}: Fitted): boolean {
  return columns.some(({identity}, at) => {
    const width = widths[at] ?? 0
    return identity !== true && width < leastCut && width < (wanted[at] ?? 0)
  })
}

interface Content {
  readonly natural: readonly number[]
  readonly texts: readonly (readonly string[])[]
}

function shownColumns(columns: readonly Column[], {natural, texts}: Content, width: number): readonly number[] {
  const shown = new Set(columns.map((_, i) => i))
  const leasts = columns.map(({wrap, identity, cut}, i) => {
    const whole = natural[i] ?? 0
    if (wrap === true) return Math.min(whole, leastSentence)
    if (identity !== true || whole <= leastName) return whole
    const distinct = leastDistinct(
      texts.map((cells) => cells[i] ?? ''),
      whole,
      cut,
    )
    return Math.max(leastName, Math.min(distinct, mostName))
  })
  const least = (i: number) => leasts[i] ?? 0
  const total = () => [...shown].reduce((sum, i) => sum + least(i), gap.length * (shown.size - 1))
  const optional = [...shown].filter((i) => columns[i]?.drop !== undefined)
  optional.sort((a, b) => (columns[b]?.drop ?? 0) - (columns[a]?.drop ?? 0))
  for (const i of optional) if (total() > width) shown.delete(i)
  return [...shown]
}

/** A name so long is whole before others are shown; a longer one, which may be a stranger's, hides nothing of the others. */
const leastName = 40
const mostName = 64
/** A sentence is not broken into columns of single words. */
const leastSentence = 24
const leastColumns = 3

function fitColumns(
  columns: readonly Column[],
  natural: readonly number[],
  values: (column: number) => readonly string[],
  total: number,
): readonly number[] {
  const sum = (widths: readonly number[]) => widths.reduce((all, width) => all + width, 0)
  if (sum(natural) <= total) return natural
  const floors = columns.map(({identity, wrap, cut}, i) => {
    const most = natural[i] ?? 0
    if (identity === true) return leastDistinct(values(i), most, cut)
    return wrap === true ? Math.min(most, leastSentence) : 0
  })
  const kept = columns.map(({keep}, i) => (keep === true ? (natural[i] ?? 0) : (floors[i] ?? 0)))
  const least = columns.map(({keep}, i) => (keep === true ? 0 : Math.min(natural[i] ?? 0, leastColumns)))
  const canKeep = sum(kept.map((width, i) => Math.max(width, least[i] ?? 0))) <= total
  return widthsFor(natural, canKeep ? kept : floors, total)
}
