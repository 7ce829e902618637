/** EXTRACT-ARP: what the neighbour tables of the hosts say together, or what of it was stored; failures as of any run. */
import type {ExtractArpResult} from '../../domain/results/network.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {entriesNotes, entriesText, storedLine} from '../find/entries-section.js'
import type {EntriesBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {View} from '../shared/view.js'

export const extractArpView: View<ExtractArpResult, EntriesBody> = {
  exit: ({outcomes}) => exitCodeOf(outcomes),
  body: ({outcomes, entries, stored}) => ({
    command: 'extract-arp',
    outcomes,
    entries,
    ...(stored !== undefined && {stored}),
  }),
  text: answer,
  terse: answer,
  notes({plan, outcomes, entries, stored, layout}, style) {
    const answered = outcomes.some(({status}) => status === 'ok')
    return [
      ...outcomes.flatMap(rejectLines),
      ...entriesNotes(entries, layout),
      ...(stored === undefined ? [] : [storedLine(stored)]),
      ...(answered && entries.length === 0
        ? ['no neighbour is known there', '  next: let the hosts talk to their guests first, such as by ping']
        : []),
      ...failureLines(outcomes, {plan}),
      totalsLine(outcomes, style),
    ]
  },
  acted: ({stored}) => stored !== undefined,
}

function answer({entries, layout, stored}: ExtractArpResult): string {
  return stored === undefined ? entriesText(entries, layout) : ''
}

const tableNames = {ip: 'ip neigh', proc: '/proc/net/arp', arp: 'arp -an'} as const

function rejectLines(outcome: Outcome): readonly string[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'neighbours') return []
  const {tool, rejects} = outcome.data
  return rejects.map(({line, reason}) => `${outcome.host}: ${tableNames[tool]}: line ${line} ${reason}`)
}
