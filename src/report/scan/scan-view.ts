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
import type {Difference} from '../../domain/machine/difference.js'
import {inventoryCounts, isMachine} from '../../domain/machine/inventory-counts.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {ScanResult} from '../../domain/results/machine.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {recordsTerse} from '../find/find-view.js'
import {enumerateTalk} from '../run/enumerate-section.js'
import {shadowedLines} from '../run/shadowed-hosts.js'
import {ageText} from '../shared/age.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {ScanBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines, totalsLine} from '../shared/failures.js'
import type {ReportStyle} from '../shared/style.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'
import {differenceLines, machineDifferences} from './differences.js'

export const scanView: View<ScanResult, ScanBody> = {
  exit: scanExitCode,
  body(result) {
    const {outcomes, differences, notAsked, found, request} = result
    return {
      command: 'scan',
      outcomes,
      changes: differences,
      ...(!writes(result) && {dryRun: true}),
      ...(notAsked.length > 0 && {notAsked}),
      ...(request.mode === 'print' && {records: found}),
    }
  },
  text(result, style) {
    const answer = answerText(result, style)
    return isToldInAnswer(result, style) ? `${answer}${escapeControls(summary(result))}\n` : answer
  },
  terse: (result) => (result.request.mode === 'print' ? recordsTerse(result.found) : rowsTerse(scanRows(result))),
  notes(result, style) {
    const {outcomes, notAsked, shadowed, plan} = result
    return [
      ...shadowedLines(shadowed),
      ...(style.verbose && writes(result) ? machineDifferences(result.differences).flatMap(differenceLines) : []),
      ...outcomes.flatMap((outcome) => talkOf(outcome, result, style)),
      ...notAsked.map(
        ({host, answeredAt}) => `${host}: not asked again: it answered ${ageText(answeredAt, style.now)} ago (--since)`,
      ),
      ...failureLines(outcomes, {plan, aside: (group) => keptText(group, result, style)}),
      totalsLine(outcomes, style),
      ...(isToldInAnswer(result, style) ? [] : [summary(result)]),
    ]
  },
  acted: writes,
}

function writes({request: {mode}}: ScanResult): boolean {
  return mode === 'merge' || mode === 'append'
}

/** ctys-vdbgen prints its summary as part of the answer. */
function isToldInAnswer({request: {mode}}: ScanResult, {classic, format}: ReportStyle): boolean {
  return classic === true && format !== 'terse' && mode !== 'print'
}

function answerText(result: ScanResult, {width}: ReportStyle): string {
  const {request, found, differences} = result
  if (request.mode === 'print') return recordsTerse(found)
  if (request.mode !== 'preview') return rowsTable(columns, scanRows(result), width)
  const lines = machineDifferences(differences).flatMap(differenceLines)
  return lines.map((line) => `${escapeControls(line)}\n`).join('')
}

const columns: readonly Column[] = ['HOST', 'FOUND', 'ADDED', 'CHANGED', 'MOVED', 'GONE', 'REJECTED'].map((title) => ({
  title,
}))

function scanRows({outcomes, differences, names}: ScanResult): readonly (readonly string[])[] {
  const all = machineDifferences(differences)
  return outcomes.flatMap((outcome) => {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
    const {machines, rejects} = outcome.data
    const {added, changed, moved, gone} = countsOf(all, nameOf(outcome, names))
    const found = machines.filter(isMachine).length
    return [[outcome.host, ...[found, added, changed, moved, gone, rejects.length].map(String)]]
  })
}

/** Of one host of the inventory, or of all. */
function countsOf(differences: readonly Difference[], host?: string): Readonly<Record<Difference['what'], number>> {
  const count = (what: Difference['what']) =>
    differences.filter(
      ({what: own, record}) => own === what && isMachine(record) && (host === undefined || record.host === host),
    ).length
  return {added: count('added'), changed: count('changed'), moved: count('moved'), gone: count('gone')}
}

function summary(result: ScanResult): string {
  const {location, records} = result.inventory
  const {added, changed, moved, gone} = countsOf(machineDifferences(result.differences))
  const told = `${added} added, ${changed} changed, ${moved > 0 ? `${moved} moved, ` : ''}${gone} gone`
  const {machines} = inventoryCounts(records)
  return writes(result)
    ? `inventory ${location}: ${told}; ${plural(machines + added - gone, 'machine')}`
    : `inventory ${location}: left as it is, ${plural(machines, 'machine')}; a scan would make: ${told}`
}

function talkOf(outcome: Outcome, {hidden}: ScanResult, style: ReportStyle): readonly string[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
  const {host, data, taskId} = outcome
  return [
    ...enumerateTalk(host, data, style),
    ...leftOut(host, data.otherTypes, 'type not asked for (-t)'),
    ...leftOut(host, hidden[taskId], 'VMSTATE not asked for (--match-state)'),
  ]
}

function leftOut(host: string, counts: Readonly<Record<string, number>> | undefined, why: string): readonly string[] {
  if (counts === undefined) return []
  const told = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return [`${host}: ${plural(total, 'machine')} not recorded: ${why}: ${told.join(', ')}`]
}

function scanExitCode({outcomes, hidden, request}: ScanResult): ExitStatus {
  const status = exitCodeOf(outcomes)
  if (status !== exitStatus.ok || request.types.every((type) => type === hostType)) return status
  const empty = outcomes.filter((outcome) => {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return false
    const left = Object.values(hidden[outcome.taskId] ?? {}).reduce((sum, count) => sum + count, 0)
    const shown = outcome.data.machines.filter(isMachine).length - left
    return shown === 0 && (left > 0 || outcome.data.otherTypes !== undefined)
  })
  if (empty.length === 0) return status
  return empty.length === outcomes.length ? exitStatus.notFound : exitStatus.partial
}

function nameOf({taskId, host}: Outcome, names: ScanResult['names']): string {
  return names[taskId] ?? host.toLowerCase()
}

function keptText(group: readonly Outcome[], result: ScanResult, style: ReportStyle): string | undefined {
  const {names, inventory} = result
  const hosts = group.map((outcome) => nameOf(outcome, names))
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
