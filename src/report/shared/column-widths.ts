/** How wide the columns of a table are where not all of it fits; pure arithmetic. */
import {fitText, textWidth} from '../../lib/text-width.js'

/**
 * Lowers the widest columns to one common width until all fit into `total`; narrow ones stay whole, and none is lower
 * than its floor, even if that is too much.
 */
export function widthsFor(natural: readonly number[], floors: readonly number[], total: number): readonly number[] {
  const at = (common: number) =>
    natural.map((width, i) => Math.max(Math.min(width, floors[i] ?? 0), Math.min(width, common)))
  const sum = (widths: readonly number[]) => widths.reduce((all, width) => all + width, 0)
  // the largest common width that fits
  let [low, high] = [1, Math.max(1, ...natural)]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (sum(at(middle)) <= total) low = middle
    else high = middle - 1
  }
  const widths = at(low)
  // what the division left over goes to the first of the shrunk columns
  let odd = Math.max(0, total - sum(widths))
  return widths.map((width, i) => (width < (natural[i] ?? 0) && width === low && odd-- > 0 ? width + 1 : width))
}

/** Of values nobody reads to their end. */
const mostColumns = 4096

/** The least width at which no two values that differ look the same. */
export function leastDistinct(values: readonly string[], natural: number, cut: 'start' | 'end' = 'end'): number {
  const all = [...new Set(values)]
  const isDistinct = (width: number) => new Set(all.map((value) => fitText(value, width, cut))).size === all.length
  let [low, high] = [1, Math.min(natural, mostColumns, Math.max(1, ...all.map(textWidth)))]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (isDistinct(middle)) high = middle
    else low = middle + 1
  }
  return low
}
