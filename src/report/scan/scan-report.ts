/**
 * SCAN: for each host that answered the machines found and what became of the inventory; a preview shows the
 * differences themselves, a print the records. The host's own record (PM) is not counted as a machine. Stderr: what
 * changed (verbose), files that could not be read, roots not searched, machines left out and why, hosts that were not
 * asked, hosts that did not answer and so keep their records.
 *
 * The exit status is that of the outcomes; but where all machines of a host were left out, nothing was found of what was
 * asked for: 3 when that is so everywhere, else 4.
 */

import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {Difference} from '../../domain/machine/difference.js'
import {hostType} from '../../domain/machine/session-types.js'
import {hostNameOf} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Report} from '../../domain/work/report.js'
import type {ScanRequest} from '../../domain/work/scan-request.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {classicRecord} from '../find/machine-record.js'
import {inventoryCounts} from '../inventory/inventory-report.js'
import {enumerateTalk} from '../run/enumerate-section.js'
import {ageText} from '../shared/age.js'
import {answerRows} from '../shared/answer-rows.js'
import {finishReport} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {ReportStyle} from '../shared/style.js'
import type {Column} from '../shared/table.js'
import {differenceLines, isMachine, machineDifferences} from './differences.js'

interface ScanReportInput {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly differences: readonly Difference[]
  readonly request: Pick<ScanRequest, 'mode' | 'types'>
  readonly found: readonly InventoryRecord[]
  /** By task: machines left out because of their VMSTATE, by state. */
  readonly hidden: ReadonlyMap<string, Readonly<Record<string, number>>>
  readonly notAsked: readonly {readonly host: string; readonly answeredAt: string}[]
  /** The inventory as it was before the scan. */
  readonly inventory: {readonly location: string; readonly records: readonly InventoryRecord[]}
  /** What the inventory calls this machine. */
  readonly localName: string
  readonly style: ReportStyle
}

export function buildScanReport(input: ScanReportInput): Report {
  const {plan, outcomes, request, found, notAsked, inventory, style} = input
  const differences = machineDifferences(input.differences)
  const dryRun = request.mode === 'preview' || request.mode === 'print'
  const exitCode = scanExitCode(input)
  const told = summary(differences, dryRun, inventory)
  // ctys-vdbgen prints its summary as part of the answer
  const toldInAnswer = style.classic === true && !style.terse && request.mode !== 'print'
  return finishReport(
    {
      command: 'scan',
      exitCode,
      outcomes,
      changes: input.differences,
      ...(dryRun && {dryRun}),
      ...(notAsked.length > 0 && {notAsked}),
      ...(request.mode === 'print' && {records: found}),
    },
    {
      stdout: `${answerText(input, differences)}${toldInAnswer ? `${escapeControls(told)}\n` : ''}`,
      stderr: [
        ...(style.verbose && !dryRun ? differences.flatMap(differenceLines) : []),
        ...outcomes.flatMap((outcome) => talkOf(outcome, input)),
        ...notAsked.map(
          ({host, answeredAt}) =>
            `${host}: not asked again: it answered ${ageText(answeredAt, style.now)} ago (--since)`,
        ),
        ...failureLines(outcomes, {plan, aside: (group) => keptText(group, input)}),
        totalsLine(outcomes, style),
        ...(toldInAnswer ? [] : [told]),
      ],
    },
    style,
  )
}

function answerText({outcomes, request, found, plan, localName, style}: ScanReportInput, all: readonly Difference[]) {
  if (request.mode === 'print') return found.map(classicRecord).join('')
  if (request.mode === 'preview' && !style.terse) {
    return all
      .flatMap(differenceLines)
      .map((line) => `${escapeControls(line)}\n`)
      .join('')
  }
  const rows = outcomes.flatMap((outcome) => scanCells(outcome, all, inventoryName(outcome, plan, localName)))
  return answerRows(columns, rows, style)
}

const columns: readonly Column[] = ['HOST', 'FOUND', 'ADDED', 'CHANGED', 'MOVED', 'GONE', 'REJECTED'].map((title) => ({
  title,
}))

function scanCells(outcome: Outcome, all: readonly Difference[], host: string): readonly (readonly string[])[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
  const {machines, rejects} = outcome.data
  const {added, changed, moved, gone} = countsOf(all, host)
  const found = machines.filter(isMachine).length
  return [[outcome.host, ...[found, added, changed, moved, gone, rejects.length].map(String)]]
}

/** Of one host of the inventory, or of all. */
function countsOf(differences: readonly Difference[], host?: string): Readonly<Record<Difference['what'], number>> {
  const count = (what: Difference['what']) =>
    differences.filter(
      ({what: own, record}) => own === what && isMachine(record) && (host === undefined || record.host === host),
    ).length
  return {added: count('added'), changed: count('changed'), moved: count('moved'), gone: count('gone')}
}

function summary(
  differences: readonly Difference[],
  dryRun: boolean,
  {location, records}: ScanReportInput['inventory'],
): string {
  const {added, changed, moved, gone} = countsOf(differences)
  const told = `${added} added, ${changed} changed, ${moved > 0 ? `${moved} moved, ` : ''}${gone} gone`
  const {machines} = inventoryCounts(records)
  return dryRun
    ? `inventory ${location}: left as it is, ${plural(machines, 'machine')}; a scan would make: ${told}`
    : `inventory ${location}: ${told}; ${plural(machines + added - gone, 'machine')}`
}

function talkOf(outcome: Outcome, {hidden, style}: ScanReportInput): readonly string[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
  const {host, data, taskId} = outcome
  return [
    ...enumerateTalk(host, data, style),
    ...leftOut(host, data.otherTypes, 'type not asked for (-t)'),
    ...leftOut(host, hidden.get(taskId), 'VMSTATE not asked for (--match-state)'),
  ]
}

function leftOut(host: string, counts: Readonly<Record<string, number>> | undefined, why: string): readonly string[] {
  if (counts === undefined) return []
  const told = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return [`${host}: ${plural(total, 'machine')} not recorded: ${why}: ${told.join(', ')}`]
}

function scanExitCode({outcomes, hidden, request}: ScanReportInput): ExitStatus {
  const status = exitCodeOf(outcomes)
  if (status !== exitStatus.ok || request.types.every((type) => type === hostType)) return status
  const empty = outcomes.filter((outcome) => {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return false
    const left = Object.values(hidden.get(outcome.taskId) ?? {}).reduce((sum, count) => sum + count, 0)
    const shown = outcome.data.machines.filter(isMachine).length - left
    return shown === 0 && (left > 0 || outcome.data.otherTypes !== undefined)
  })
  if (empty.length === 0) return status
  return empty.length === outcomes.length ? exitStatus.notFound : exitStatus.partial
}

function inventoryName({taskId, host}: Outcome, plan: Plan, localName: string): string {
  const target = plan.tasks.find(({id}) => id === taskId)?.target
  return target === undefined ? host.toLowerCase() : hostNameOf(target, localName)
}

function keptText(group: readonly Outcome[], {plan, localName, inventory, style}: ScanReportInput): string | undefined {
  const hosts = group.map((outcome) => inventoryName(outcome, plan, localName))
  const kept = inventory.records.filter((record) => hosts.includes(record.host) && isMachine(record))
  const {machines} = inventoryCounts(kept)
  if (machines === 0) return 'no machine of it is in the inventory'
  const seen = kept.map(({observedAt}) => observedAt).sort()
  const [oldest, newest] = [seen.at(0) ?? '', seen.at(-1) ?? ''].map((time) => ageText(time, style.now))
  const age = oldest === newest ? agoText(newest) : `${agoText(newest)} to ${agoText(oldest)}`
  return `${plural(machines, 'machine')} kept in the inventory as last seen ${age}`
}

function agoText(age = '?'): string {
  return age === 'never' || age === '?' ? 'at an unknown time' : `${age} ago`
}
