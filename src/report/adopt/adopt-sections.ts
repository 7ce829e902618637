/** The answers of hosts about machines that are none of ctys, as the plain report of a run has them. */
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const found: readonly Column[] = [
  {title: 'HOST'},
  {title: 'MACHINE'},
  {title: 'FOUND AS'},
  {title: 'PATH', cut: 'start'},
]

export const adoptableView: VerbView<'adoptable'> = {
  text: (answers, {width}) => rowsTable(found, foundRows(answers), width),
  terse: (answers) => rowsTerse(foundRows(answers)),
  notes: () => [],
}

function foundRows(answers: Answers<'adoptable'>): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => data.machines.map(({label, foundAs, path}) => [host, label, foundAs, path]))
}

const written: readonly Column[] = [{title: 'HOST'}, {title: 'MACHINE'}, {title: 'PATH', cut: 'start'}]

export const adoptVerbView: VerbView<'adopt'> = {
  text: (answers, {width}) => rowsTable(written, writtenRows(answers), width),
  terse: (answers) => rowsTerse(writtenRows(answers)),
  notes: () => [],
}

function writtenRows(answers: Answers<'adopt'>): readonly (readonly string[])[] {
  return answers.flatMap(({host, data}) => data.machines.map(({label, config}) => [host, label, config]))
}
