/** NET-DIFF and NET-APPLY: a line for each change, as a diff has it. */
import type {NetApplyData, NetDiffData} from '../../domain/work/net-segment.js'
import {listNames} from '../../lib/list-names.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'SEGMENT', keep: true},
  {title: '', keep: true},
  {title: 'CHANGE', wrap: true},
]

type Changing = readonly {readonly host: string; readonly data: NetDiffData | NetApplyData}[]

function rowsOf(answers: Changing): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => data.changes.map(({segment, sign, what}) => [host, segment, sign, what]))
}

function remarksOf(answers: Changing): readonly string[] {
  const still = answers.filter(({data}) => data.changes.length === 0).map(({host}) => host)
  return [
    ...answers.flatMap(({host, data}) => data.remarks.map((text) => `${host}: ${text}`)),
    ...(still.length === 0 ? [] : [`${listNames(still)}: nothing is to be done`]),
  ]
}

export const netDiffView: VerbView<'net-diff'> = {
  text: (answers, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: remarksOf,
}

export const netApplyView: VerbView<'net-apply'> = {
  text: (answers: Answers<'net-apply'>, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: remarksOf,
}
