/**
 * EXPORT: the text itself, or where it was written. Stderr: what was left out, for each reason the machines, and lines
 * of the inventory that could not be read; either ends as partly done. Everything left out: nothing succeeded, no text.
 */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {LeftOut} from '../../domain/inventory/inventory-files.js'
import {countMachines} from '../../domain/machine/inventory-counts.js'
import {identityOf} from '../../domain/machine/machine-records.js'
import type {ExportResult} from '../../domain/results/inventory.js'
import {faultLine} from '../../lib/fault-line.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {nothingFound} from '../find/find-view.js'
import type {ReportStyle} from '../shared/style.js'
import type {View} from '../shared/view.js'
import {forTerminal} from './convert-view.js'
import {type ExportBody, faultBody, toolsVersion} from './inventory-body.js'

export const exportView: View<ExportResult, ExportBody> = {
  schemaVersion: toolsVersion,
  exit: exitCodeOf,
  body: (result) => ({
    command: 'inventory export',
    file: result.source.file,
    format: result.to,
    machines: result.exported.machines,
    ...(isText(result) && {text: result.exported.text}),
    ...(result.exported.machines > 0 && result.output !== undefined && {output: result.output}),
    leftOut: result.exported.leftOut,
    faults: result.source.faults.map(faultBody),
  }),
  text: answer,
  terse: answer,
  notes: ({source, asked, to, exported: {machines, leftOut}, output}) => [
    ...source.faults.map(faultLine),
    ...(asked.length === 0 ? nothingFound(source.file, source.records.length) : []),
    ...leftOutLines(leftOut),
    ...(leftOut.length > 0 ? [`${machines} of ${plural(countMachines(asked), 'machine')} written as ${to}`] : []),
    ...(machines > 0 && output !== undefined ? [`${output}: ${plural(machines, 'machine')}`] : []),
  ],
}

function answer(result: ExportResult, style: ReportStyle): string {
  return isText(result) ? forTerminal(result.exported.text, style) : ''
}

function isText({exported, output}: ExportResult): boolean {
  return exported.machines > 0 && output === undefined
}

function exitCodeOf({source, asked, exported}: ExportResult): ExitStatus {
  if (asked.length === 0) return exitStatus.notFound
  if (exported.machines === 0) return exitStatus.nothingSucceeded
  return exported.leftOut.length > 0 || source.faults.length > 0 ? exitStatus.partial : exitStatus.ok
}

/** So many machines are named for a reason; --json has them all. */
const mostNames = 8

/** `left out, has no IP address of its own: h1 web01, h2 db01 (2 machines)`; one reason, one line. */
function leftOutLines(leftOut: readonly LeftOut[]): readonly string[] {
  const byReason = new Map<string, Map<string, string>>()
  for (const {record, reason} of leftOut) {
    const {host, label, id} = record
    const names = byReason.get(reason) ?? new Map<string, string>()
    byReason.set(reason, names.set(identityOf(record), [host, label || id].filter(Boolean).join(' ')))
  }
  return [...byReason].map(([reason, machines]) => {
    const names = [...machines.values()]
    return `left out, ${reason}: ${listNames(names, mostNames)} (${plural(names.length, 'machine')})`
  })
}
