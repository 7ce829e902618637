/** The variables of ctys-createConfVM (--levo): NAME=value to paste, and where each value comes from. */
import {exitStatus} from '../../domain/error-codes.js'
import type {ConfVariablesResult} from '../../domain/results/conf-variables.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {ConfVariablesBody} from '../shared/body.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'

const columns: readonly Column[] = [
  {title: 'VARIABLE', identity: true},
  {title: 'VALUE', wrap: true},
  {title: 'FROM', wrap: true},
  {title: 'ABOUT', wrap: true, drop: 1},
]

export const confVariablesView: View<ConfVariablesResult, ConfVariablesBody> = {
  exit: () => exitStatus.ok,
  body: ({variables}) => ({command: 'conf-variables', outcomes: [], variables}),
  text: ({variables}, {width}) => rowsTable(columns, rowsOf(variables), width),
  terse: ({variables}) => rowsTerse(rowsOf(variables)),
  notes: ({written}) => (written === undefined ? [] : [`written to ${written}`]),
}

function rowsOf(variables: ConfVariablesResult['variables']): readonly (readonly string[])[] {
  return variables.map(({name, value, from, about}) => [name, value, from, about])
}
