/** NEIGHBOURS in a run of several kinds of action: the rows of all hosts together, each once. */
import {entryColumns} from '../../lib/entry-row.js'
import {entriesText} from '../find/entries-section.js'
import type {Answers, VerbView} from '../shared/section.js'

export const neighboursView: VerbView<'neighbours'> = {text: rows, terse: rows, notes: () => []}

function rows(answers: Answers<'neighbours'>): string {
  return entriesText(
    answers.flatMap(({data}) => data.neighbours),
    {columns: entryColumns},
  )
}
