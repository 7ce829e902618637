/** EXTRACT-ARP: what the neighbour tables of the hosts say together, or what of it was stored; failures as of any run. */
import type {NetworkEntry, StoredEntries} from '../../domain/network/network-entry.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Report} from '../../domain/work/report.js'
import {type EntryLayout, entriesSection, storedLine} from '../find/entries-section.js'
import {finishReport} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {ReportStyle} from '../shared/style.js'

interface ExtractArpReportInput {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** Of all hosts that answered. */
  readonly entries: readonly NetworkEntry[]
  readonly stored: StoredEntries | undefined
  readonly layout: EntryLayout
  readonly style: ReportStyle
}

export function buildExtractArpReport(input: ExtractArpReportInput): Report {
  const {plan, outcomes, entries, stored, layout, style} = input
  const {stdout, stderr} = entriesSection(entries, layout)
  const answered = outcomes.filter(({status}) => status === 'ok')
  return finishReport(
    {
      command: 'extract-arp',
      exitCode: exitCodeOf(outcomes),
      outcomes,
      entries,
      ...(stored !== undefined && {stored}),
    },
    {
      stdout: stored === undefined ? stdout : '',
      stderr: [
        ...outcomes.flatMap(rejectLines),
        ...stderr,
        ...(stored === undefined ? [] : [storedLine(stored)]),
        ...(answered.length > 0 && entries.length === 0
          ? ['no neighbour is known there', '  next: let the hosts talk to their guests first, such as by ping']
          : []),
        ...failureLines(outcomes, {plan}),
        totalsLine(outcomes, style),
      ],
    },
    style,
  )
}

const tableNames = {ip: 'ip neigh', proc: '/proc/net/arp', arp: 'arp -an'} as const

function rejectLines(outcome: Outcome): readonly string[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'neighbours') return []
  const {tool, rejects} = outcome.data
  return rejects.map(({line, reason}) => `${outcome.host}: ${tableNames[tool]}: line ${line} ${reason}`)
}
