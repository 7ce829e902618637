import {recordLine} from '../find/machine-record.js'
import type {ReportStyle} from './style.js'
import {type Column, formatTable} from './table.js'

/** Rows of cells as the answer on stdout: records with `;` between the fields for -X, else a table that fits. */
export function answerRows(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  {terse, width}: ReportStyle,
): string {
  if (terse) return rows.map(recordLine).join('')
  const cells = rows.map((row) => ({cells: row}))
  return formatTable(columns, cells, width)
}
