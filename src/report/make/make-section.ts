/** MAKE: a line for each machine with where it lies; what was not made, why, and the next step. */
import type {MadeMachine, MakeData} from '../../domain/work/make.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'MACHINE', identity: true},
  {title: 'STATE', keep: true},
  {title: 'MAC', drop: 1},
  {title: 'PATH', cut: 'start', identity: true},
]

export const makeVerbView: VerbView<'make'> = {
  text: (answers, {width}) => rowsTable(columns, rowsOf(answers), width),
  terse: (answers) => rowsTerse(rowsOf(answers)),
  notes: (answers) =>
    answers.flatMap(({host, data}) =>
      data.notMade.flatMap(({label, code, reason, hint}) => [
        `${host}: ${label}: ${code}: ${reason}`,
        ...(hint === undefined ? [] : [`  next: ${hint}`]),
      ]),
    ),
}

function rowsOf(answers: Answers<'make'>): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => data.machines.map((machine) => cellsOf(host, machine, data)))
}

const states: Readonly<Record<MadeMachine['state'], string>> = {
  made: 'made',
  completed: 'completed',
  there: 'was there',
}

function cellsOf(host: string, {label, state, directory}: MadeMachine, {stored}: MakeData): readonly string[] {
  const machine = stored.find(({id}) => id === `${directory}/${label}.ctys`)
  const macs = machine?.interfaces.map(({mac = ''}) => mac).filter((mac) => mac !== '') ?? []
  return [host, label, states[state], macs.join(','), directory]
}
