/**
 * SCAN: for each host that answered the machines found and what became of the inventory. Stderr: what changed
 * (verbose), files that could not be read, roots not searched, hosts that did not answer and so keep their records.
 */
import type {InventoryRecord} from '../domain/inventory-record.js'
import {identityOf} from '../domain/machine-records.js'
import type {Outcome} from '../domain/outcome.js'
import type {Plan} from '../domain/plan.js'
import type {Change} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {hostNameOf} from '../domain/target.js'
import {enumerateTalk} from './enumerate-section.js'
import {exitCodeOf} from './exit-code.js'
import {failureLines, plural, totalsLine} from './failures.js'
import {recordLine} from './machine-record.js'
import {finishReport} from './report-body.js'
import type {ReportStyle} from './report-style.js'
import {type Column, formatTable} from './table.js'

interface ScanReportInput {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly changes: readonly Change[]
  /** The inventory as it is after the scan. */
  readonly inventory: {readonly location: string; readonly records: readonly InventoryRecord[]}
  /** What the inventory calls this machine. */
  readonly localName: string
  readonly style: ReportStyle
}

export function buildScanReport({plan, outcomes, changes, inventory, localName, style}: ScanReportInput): Report {
  const nameOf = (outcome: Outcome) => inventoryName(outcome, plan, localName)
  const changed = machineChanges(changes)
  const rows = outcomes.flatMap((outcome) => scanCells(outcome, countsOf(changed, nameOf(outcome))))
  const machines = new Set(inventory.records.map(identityOf)).size
  const total = countsOf(changed)
  const told = `${total.added} added, ${total.changed} changed, ${total.gone} gone`
  return finishReport(
    {command: 'scan', exitCode: exitCodeOf(outcomes), outcomes, changes},
    {
      stdout: style.terse
        ? rows.map(recordLine).join('')
        : formatTable(
            columns,
            rows.map((cells) => ({cells})),
            style.width,
          ),
      stderr: [
        ...(style.verbose
          ? changed.map(({what, record}) => `${what}: ${record.host} ${record.label} ${record.id}`)
          : []),
        ...outcomes.flatMap((outcome) =>
          outcome.status === 'ok' && outcome.data.kind === 'enumerate'
            ? enumerateTalk(outcome.host, outcome.data, style)
            : [],
        ),
        ...failureLines(outcomes, {plan, aside: (group) => keptText(group.map(nameOf), inventory.records)}),
        totalsLine(outcomes, style),
        `inventory ${inventory.location}: ${told}; ${plural(machines, 'machine')}`,
      ],
    },
    style,
  )
}

const columns: readonly Column[] = ['HOST', 'FOUND', 'ADDED', 'CHANGED', 'GONE', 'REJECTED'].map((title) => ({title}))

type Counts = Readonly<Record<Change['what'], number>>

function scanCells(outcome: Outcome, {added, changed, gone}: Counts): readonly (readonly string[])[] {
  if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate') return []
  const {machines, rejects} = outcome.data
  return [[outcome.host, ...[machines.length, added, changed, gone, rejects.length].map(String)]]
}

/** One entry for each machine; changes are by interface, and one that was replaced is a changed machine. */
function machineChanges(changes: readonly Change[]): readonly Change[] {
  const byMachine = new Map<string, Change>()
  for (const change of changes) {
    const key = identityOf(change.record)
    const before = byMachine.get(key)
    const mixed = before !== undefined && before.what !== change.what
    byMachine.set(key, mixed ? {what: 'changed', record: change.record} : (before ?? change))
  }
  return [...byMachine.values()]
}

/** Of one host of the inventory, or of all. */
function countsOf(changes: readonly Change[], host?: string): Counts {
  const count = (what: Change['what']) =>
    changes.filter((change) => change.what === what && (host === undefined || change.record.host === host)).length
  return {added: count('added'), changed: count('changed'), gone: count('gone')}
}

function inventoryName({jobId, host}: Outcome, plan: Plan, localName: string): string {
  const target = plan.jobs.find(({id}) => id === jobId)?.target
  return target === undefined ? host.toLowerCase() : hostNameOf(target, localName)
}

function keptText(hosts: readonly string[], records: readonly InventoryRecord[]): string | undefined {
  const kept = new Set(records.filter(({host}) => hosts.includes(host)).map(identityOf)).size
  return kept === 0
    ? 'no record of it is in the inventory'
    : `${plural(kept, 'machine')} kept in the inventory as last seen`
}
