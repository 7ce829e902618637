/** NET-PLAN: the commands in their order, and who does each. */
import {pastableCall} from '../../lib/shell-quote.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'AS', keep: true},
  {title: 'COMMAND', wrap: true},
]

export const netPlanView: VerbView<'net-plan'> = {
  text: (answers, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: (answers) =>
    answers.flatMap(({host, data: {steps, network, remarks}}) => [
      ...remarks.map((text) => `${host}: ${text}`),
      steps.length === 0
        ? `${host}: network ${network.name} of ${network.user}: nothing is to be done`
        : `${host}: ${steps.filter(({privileged}) => privileged).length} of ${steps.length} commands need more than the account may`,
    ]),
}

function rowsOf(answers: Answers<'net-plan'>): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => data.steps.map(({as, argv}) => [host, as, pastableCall(argv)]))
}
