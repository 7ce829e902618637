/** NEIGHBOURS in a run of several kinds of action: the rows of all hosts together, each once. */
import {entryColumns} from '../../lib/entry-row.js'
import {entriesSection} from '../find/entries-section.js'
import type {Section, SectionOutcome} from '../shared/section.js'

export function neighboursSection(outcomes: readonly SectionOutcome<'neighbours'>[]): Section {
  return entriesSection(
    outcomes.flatMap(({data}) => data.neighbours),
    {columns: entryColumns},
  )
}
