/**
 * FIND: what the inventory knows, one line a record (a machine has one for each interface). Every line says how old the
 * knowledge is; what is older than a day is dimmed. Terse: the 47 classic fields. Nothing found = exit 3.
 */
import {exitStatus} from '../../domain/error-codes.js'
import {type InventoryRecord, recordFields} from '../../domain/inventory/inventory-record.js'
import type {ShownColumn} from '../../domain/inventory/shown-column.js'
import type {FindResult} from '../../domain/results/find.js'
import {plural} from '../../lib/plural.js'
import {askedExit, askedNotes} from '../run/asked-hosts.js'
import {ageText, isStale} from '../shared/age.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {FindBody} from '../shared/body.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'
import {unreadLines} from '../shared/unread-lines.js'
import type {View} from '../shared/view.js'
import {renderLive, terseOutput} from './live-records.js'
import {classicRecord} from './machine-record.js'
import {columnValue, recordRow, renderRecords} from './record-output.js'

export const findView: View<FindResult, FindBody> = {
  exit({records, classic, asked}) {
    const isMissing = records.length === 0 && classic !== true
    return (asked && askedExit(asked)) || (isMissing ? exitStatus.notFound : exitStatus.ok)
  },
  body: ({records, live, asked}) => ({
    command: 'find',
    outcomes: asked?.outcomes ?? [],
    records,
    ...(live?.states !== undefined && {live: live.states}),
    ...(asked?.reach !== undefined && {reach: asked.reach}),
  }),
  text(result, style) {
    const {records, layout, columns, live} = result
    if (columns !== undefined) return columnTable(records, columns, style)
    if (layout === undefined) return recordTable(records, style)
    return live === undefined ? renderRecords(layout, records) : renderLive(records, live, layout)
  },
  terse({records, columns, live}, {now}) {
    if (columns !== undefined) return rowsTerse(records.map((record) => cellsOf(record, columns, now)))
    return live === undefined ? recordsTerse(records) : renderLive(records, live, terseOutput)
  },
  notes: ({records, inventory: {location, size, rejects}, classic, asked, ...more}) => [
    ...unreadLines(rejects, location),
    ...(asked === undefined ? [] : askedNotes(asked)),
    ...(records.length === 0 && classic !== true ? nothingFound(location, size, more) : []),
  ],
}

/** The columns that were asked for, under their names. */
function columnTable(
  records: readonly InventoryRecord[],
  columns: readonly ShownColumn[],
  {width, now}: ReportStyle,
): string {
  const rows = records.map((record) => ({cells: cellsOf(record, columns, now)}))
  const own = columns.map(({heading, column}): Column => {
    const isPath = column === pathColumn
    return {title: heading, identity: true, ...(isPath && {cut: 'start' as const})}
  })
  return formatTable(own, rows, width)
}

const pathColumn = recordFields.indexOf('id') + 1

function cellsOf(record: InventoryRecord, columns: readonly ShownColumn[], now: Date): readonly string[] {
  const row = recordRow(record)
  return columns.map(({column}) => (column === 'age' ? ageText(record.observedAt, now) : columnValue(row, column)))
}

export function recordsTerse(records: readonly InventoryRecord[]): string {
  return records.map(classicRecord).join('')
}

/**
 * Records without a layout of their own. Neither what is configured (ACTIVE, BACKUP ...) nor `suspended` tells whether
 * the machine runs now; shown when it tells something.
 */
export function recordTable(records: readonly InventoryRecord[], style: ReportStyle): string {
  const {dim} = paintsOf(style)
  const withState = records.some((record) => !['', 'ACTIVE'].includes(recordedState(record)))
  const columns: readonly Column[] = [
    {title: 'LABEL', identity: true},
    {title: 'HOST', identity: true},
    ...(withState ? [{title: 'STATE'}] : []),
    {title: 'TYPE', drop: 2},
    {title: 'IP', identity: true},
    {title: 'MAC', cut: 'start' as const, keep: true, identity: true},
    {title: 'OS', drop: 1},
    {title: 'PATH', cut: 'start' as const, identity: true},
    {title: 'AGE', keep: true},
  ]
  const rows = records.map((record) => ({
    cells: [
      record.label,
      record.host,
      ...(withState ? [recordedState(record)] : []),
      record.type,
      record.tcp,
      record.mac,
      osOf(record),
      record.id,
      ageText(record.observedAt, style.now),
    ],
    ...(isStale(record.observedAt, style.now) && {paint: dim}),
  }))
  return formatTable(columns, rows, style.width)
}

function recordedState({vmState, suspended}: InventoryRecord): string {
  return suspended === '' ? vmState : 'suspended'
}

function osOf({dist, distRel, os, osRel}: InventoryRecord): string {
  return dist === '' ? `${os} ${osRel}`.trim() : `${dist} ${distRel}`.trim()
}

/** What an answer without records says. */
export function nothingFound(
  location: string,
  size: number,
  {unquoted, advice}: Pick<FindResult, 'unquoted' | 'advice'> = {},
): readonly string[] {
  if (size === 0) return [`the inventory ${location} is empty`, '  next: ctys scan HOST...']
  const lead = `nothing in the inventory ${location} fits (${plural(size, 'record')})`
  if (unquoted === undefined && advice !== undefined) return [`${lead}; ${advice.note}`, `  next: ${advice.next}`]
  return unquoted === undefined
    ? [lead, '  next: ctys scan HOST... if the machine is new']
    : [`${lead}; what is quoted is looked for as one text`, `  next: each word by itself: ctys find ${unquoted}`]
}
