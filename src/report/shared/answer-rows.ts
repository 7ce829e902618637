import {recordLine} from '../find/machine-record.js'
import {type Column, formatTable} from './table.js'

type Rows = readonly (readonly string[])[]

/** Rows of cells as a table that fits. */
export function rowsTable(columns: readonly Column[], rows: Rows, width: number | undefined): string {
  return formatTable(
    columns,
    rows.map((cells) => ({cells})),
    width,
  )
}

/** Rows of cells as records with `;` between the fields. */
export function rowsTerse(rows: Rows): string {
  return rows.map(recordLine).join('')
}
