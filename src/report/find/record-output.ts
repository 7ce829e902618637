/**
 * Records in the classic forms: semicolon lines with and without title, generated tables, REC, SPEC and XML, byte for
 * byte as release 01.11.022 printed them. XML differs, because no parser takes the original's: attribute values are
 * quoted, texts are escaped, the name `C/S-Type` is `CS-Type`, and one element `records` stands around all. Control
 * characters are escaped everywhere.
 */
import {type InventoryRecord, recordFields} from '../../domain/inventory/inventory-record.js'
import type {
  Column,
  FieldColumn,
  RecordLayout,
  RecordOutput,
  RecordSort,
  TitleStyle,
} from '../../domain/inventory/record-output.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {sortedRows} from '../shared/sorted.js'
import {recordLine} from './machine-record.js'
import {type Headings, inventoryHeadings} from './record-headings.js'
import {tableText} from './record-table.js'

/** The values of one record by position; what is missing is empty. */
export type RecordRow = readonly string[]

export function recordRow(record: InventoryRecord): RecordRow {
  return recordFields.map((field) => record[field])
}

/** Inventory records as `output` asks for them. */
export function renderRecords(output: RecordOutput, records: readonly InventoryRecord[]): string {
  return renderRows(output, records.map(recordRow), inventoryHeadings)
}

/** The same for rows of any kind, such as those of LIST. */
export function renderRows({layout, sort}: RecordOutput, rows: readonly RecordRow[], headings: Headings): string {
  const ordered = sort === undefined ? rows : inOrder(rows, sort, columnsOf(layout))
  switch (layout.kind) {
    case 'fields': {
      const {columns, title} = layout
      const lines = ordered.map((row) => recordLine(columns.map((column) => columnValue(row, column))))
      return (title === undefined ? lines : [titleLine(columns, title, headings), ...lines]).join('')
    }
    case 'table':
      return tableText(
        layout.cells,
        ordered.map((row) => layout.cells.map(({column}) => columnValue(row, column))),
      )
    case 'rec':
    case 'spec':
    case 'xml': {
      const names = layout.columns.map((column) => headings.names[positionOf(column) - 1] ?? '')
      const records = ordered.map((row) =>
        layout.columns.map((column, i) => ({
          name: names[i] ?? '',
          position: positionOf(column),
          value: escapeControls(columnValue(row, column)),
        })),
      )
      return blocks[layout.kind](records)
    }
  }
}

function columnsOf(layout: RecordLayout): readonly Column[] {
  return layout.kind === 'table' ? layout.cells.map(({column}) => column) : layout.columns
}

export function columnValue(row: RecordRow, column: Column): string {
  const at = (position: number): string => row[position - 1] ?? ''
  switch (column) {
    case 'dns':
      return row.length > listFields && at(netNamePosition) !== '' ? at(netNamePosition) : at(tcpPosition)
    case 'address':
      return `${at(1)}[${[4, 3, 5, 6, tcpPosition].map(at).join(',')}]`
    default:
      return at(column)
  }
}

const tcpPosition = 7
const netNamePosition = 28
const listFields = 22

/** The position whose name stands over the column. */
function positionOf(column: FieldColumn): number {
  return column === 'dns' ? tcpPosition : column
}

function titleLine(columns: readonly Column[], style: TitleStyle, {names, titles}: Headings): string {
  return recordLine(
    columns.map((column) => {
      if (column === 'address') return 'CTYSADDRESS'
      const position = positionOf(column)
      const name = titles?.[style]?.[position] ?? names[position - 1] ?? ''
      if (style === 'name') return name
      return style === 'index' ? `${name}(${position})` : `${name}(${letters(position)}-${position})`
    }),
  )
}

/** As a spreadsheet names its columns: A to Z, AA, AB ... */
function letters(position: number): string {
  const before = Math.floor((position - 1) / 26)
  return `${before === 0 ? '' : letters(before)}${String.fromCharCode(65 + ((position - 1) % 26))}`
}

interface NamedValue {
  readonly name: string
  readonly position: number
  readonly value: string
}

type Block = (records: readonly (readonly NamedValue[])[]) => string

const blocks: Readonly<Record<'rec' | 'spec' | 'xml', Block>> = {
  rec: (records) =>
    braced(records, (values) =>
      values.map(({name, position, value}) => `    {${name},${position},${value}}`).join(',\n'),
    ),
  spec: (records) =>
    braced(records, (values) =>
      values
        .map(({name, position, value}, i) => {
          const count = String(i + 1).padStart(3, '0')
          return `   ${count}:${String(position).padStart(4)}:${name.padStart(26)}: ${value}`
        })
        .join('\n'),
    ),
  xml: (records) =>
    `<records>\n${records
      .map((values, i) => {
        const lines = values.map(({name, position, value}) => {
          const element = name.replaceAll('/', '')
          return `   <${element} index="${position}">${xmlText(value)}</${element}>\n`
        })
        return `<record index="${i + 1}">\n${lines.join('')}</record>\n\n`
      })
      .join('')}</records>\n`,
}

function braced(records: readonly (readonly NamedValue[])[], inner: (values: readonly NamedValue[]) => string): string {
  return records.map((values, i) => `record(${i + 1}):={\n${inner(values)}\n}\n`).join('')
}

/** XML 1.0, 2.2 and 2.4: three signs are escaped, and two characters are in no document at all. */
function xmlText(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\ufffe\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`)
}

function inOrder(rows: readonly RecordRow[], sort: RecordSort, columns: readonly Column[]): readonly RecordRow[] {
  const compared = sort.by === undefined ? columns : [sort.by]
  const keyOf = (row: RecordRow) => compared.map((column) => columnValue(row, column)).join(';')
  return sortedRows(rows, sort, keyOf, ([host = '']) => host)
}
