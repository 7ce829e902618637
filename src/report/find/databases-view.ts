/**
 * The management forms of ctys-vhost, `-S` and `-C LIST...`: databases, records and groups, each as a section of its own
 * with a blank line between. Nothing there is no failure, as for every question in that language.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {DatabasesResult} from '../../domain/results/find.js'
import {groupsSection} from '../groups/groups-section.js'
import {groupBody, groupError, groupErrorLines} from '../groups/groups-view.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {DatabasesBody} from '../shared/body.js'
import {unreadLines} from '../shared/unread-lines.js'
import type {View} from '../shared/view.js'
import {recordsTerse, recordTable} from './find-view.js'

export const databasesView: View<DatabasesResult, DatabasesBody> = {
  exit: ({groups}) => (groupError(groups) === undefined ? exitStatus.ok : exitStatus.usage),
  body({databases, hosts, records, shown, groups}) {
    const error = groupError(groups)
    return {
      command: 'databases',
      outcomes: [],
      ...(databases !== undefined && {databases}),
      ...(hosts !== undefined && {hosts}),
      ...(records !== undefined && {records}),
      ...(shown !== undefined && {groups: groups.map(groupBody)}),
      ...(error !== undefined && {error}),
    }
  },
  text: ({databases, hosts, records, shown, groups}, style) =>
    joined([
      databases && rowsTable(columns, databaseRows(databases), style.width),
      hosts && countsTerse(hosts),
      records && recordTable(records, style),
      shown && groupsSection(groups, shown, style),
    ]),
  terse: ({databases, hosts, records, shown, groups}, style) =>
    joined([
      databases && rowsTerse(databaseRows(databases)),
      hosts && countsTerse(hosts),
      records && recordsTerse(records),
      shown && groupsSection(groups, shown, style),
    ]),
  notes: ({noCache, rejects, location, groups}) => [
    noCache ? 'there is no cache: every answer is read from the files of the inventory' : undefined,
    ...unreadLines(rejects, location),
    ...groupErrorLines(groupError(groups)),
  ],
}

const columns = [{title: 'DATABASE', cut: 'start' as const}, {title: 'RECORDS'}]

function joined(sections: readonly (string | undefined)[]): string {
  return sections.filter((text) => text !== undefined && text !== '').join('\n')
}

function databaseRows(databases: NonNullable<DatabasesResult['databases']>): readonly (readonly string[])[] {
  return databases.map(({location, records}) => [location, String(records)])
}

/** How many records each host has, `host;count` in the order in which the hosts first appear. */
function countsTerse(hosts: NonNullable<DatabasesResult['hosts']>): string {
  return rowsTerse(hosts.map(({host, records}) => [host, String(records)]))
}
