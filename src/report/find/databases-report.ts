/**
 * The management forms of ctys-vhost, `-S` and `-C LIST...`: databases, records and groups, each as a section of its own
 * with a blank line between. Nothing there is no failure, as for every question in that language.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {UnreadLine} from '../../domain/ports/ports.js'
import type {ListedGroup, MemberFormat} from '../../domain/work/listed-group.js'
import type {Report} from '../../domain/work/report.js'
import {groupBody, groupError, groupErrorLines} from '../groups/groups-report.js'
import {groupsSection} from '../groups/groups-section.js'
import {finishReport} from '../shared/body.js'
import {renderCounts} from '../shared/record-counts.js'
import type {ReportStyle} from '../shared/style.js'
import {formatTable} from '../shared/table.js'
import {unreadLines} from '../shared/unread-lines.js'
import {recordsText} from './find-report.js'

interface DatabasesReportInput {
  readonly databases?: readonly {readonly location: string; readonly records: number}[]
  readonly records?: readonly InventoryRecord[]
  /** How many records each host has. */
  readonly hosts?: ReadonlyMap<string, number>
  readonly groups: readonly ListedGroup[]
  /** Undefined: the groups themselves are not shown. */
  readonly shown: 'count' | MemberFormat | undefined
  readonly noCache: boolean
  readonly rejects: readonly UnreadLine[]
  readonly location: string
  readonly style: ReportStyle
}

export function buildDatabasesReport(input: DatabasesReportInput): Report {
  const {databases, records, hosts, groups, shown, noCache, rejects, location, style} = input
  const error = groupError(groups)
  const sections = [
    databases && databasesText(databases, style),
    hosts && renderCounts(hosts),
    records && recordsText(records, style),
    shown && groupsSection(groups, shown, style),
  ]
  return finishReport(
    {
      command: 'databases',
      exitCode: error !== undefined ? exitStatus.usage : exitStatus.ok,
      outcomes: [],
      ...(databases !== undefined && {databases}),
      ...(hosts !== undefined && {hosts: [...hosts].map(([host, count]) => ({host, records: count}))}),
      ...(records !== undefined && {records}),
      ...(shown !== undefined && {groups: groups.map(groupBody)}),
      ...(error !== undefined && {error}),
    },
    {
      stdout: sections.filter((text) => text !== undefined && text !== '').join('\n'),
      stderr: [
        noCache ? 'there is no cache: every answer is read from the files of the inventory' : undefined,
        ...unreadLines(rejects, location),
        ...groupErrorLines(error),
      ],
    },
    style,
  )
}

function databasesText(databases: NonNullable<DatabasesReportInput['databases']>, {width, terse}: ReportStyle): string {
  const rows = databases.map(({location, records}) => [location, String(records)])
  if (terse) return rows.map((row) => `${row.join(';')}\n`).join('')
  return formatTable(
    [{title: 'DATABASE', cut: 'start' as const}, {title: 'RECORDS'}],
    rows.map((cells) => ({cells})),
    width,
  )
}
