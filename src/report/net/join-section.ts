/** NET-UNDERLAY: nothing, it is asked for others. NET-JOIN: what was carried of a segment that spans hosts, a line for each host. */
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'SEGMENT', keep: true},
  {title: 'USER', keep: true},
  {title: 'RECEIVED', keep: true},
  {title: 'SENT', keep: true},
  {title: 'DROPPED', keep: true},
]

export const netJoinView: VerbView<'net-join'> = {
  text: (answers, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: () => [],
}

function rowsOf(answers: Answers<'net-join'>): readonly (readonly string[])[] {
  return answers.map(({host, data: {network, received, sent, dropped}}) => [
    ...[host, network.name, network.user, String(received), String(sent), String(dropped)],
  ])
}

export const netUnderlayView: VerbView<'net-underlay'> = {text: () => '', terse: () => '', notes: () => []}
