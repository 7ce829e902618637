/**
 * EXPORT: the text itself, or where it was written. Stderr: what was left out, for each reason the machines, and lines
 * of the inventory that could not be read; either ends as partly done. Everything left out: nothing succeeded, no text.
 */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {Exported, ExportFormat, InventoryFile, LeftOut} from '../../domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {identityOf} from '../../domain/machine/machine-records.js'
import type {Report} from '../../domain/work/report.js'
import {listNames} from '../../lib/list-names.js'
import {plural} from '../../lib/plural.js'
import {nothingFound} from '../find/find-report.js'
import type {ReportStyle} from '../shared/style.js'
import {forTerminal} from './convert-report.js'
import {countMachines, faultBody, faultLine, finishInventoryReport} from './inventory-report.js'

interface ExportReportInput {
  readonly source: InventoryFile
  /** What of it was asked for. */
  readonly asked: readonly InventoryRecord[]
  readonly format: ExportFormat
  readonly exported: Exported
  /** Where the text was written; absent = to stdout. */
  readonly output?: string
}

export function buildExportReport(input: ExportReportInput, style: ReportStyle): Report {
  const {source, asked, format, exported, output} = input
  const {text, machines, leftOut} = exported
  const isText = machines > 0 && output === undefined
  return finishInventoryReport(
    {
      command: 'inventory export',
      exitCode: exitCodeOf(input),
      file: source.file,
      format,
      machines,
      ...(isText && {text}),
      ...(machines > 0 && output !== undefined && {output}),
      leftOut,
      faults: source.faults.map(faultBody),
    },
    {
      stdout: isText ? forTerminal(text, style) : '',
      stderr: [
        ...source.faults.map(faultLine),
        ...(asked.length === 0 ? nothingFound(source.file, source.records.length) : []),
        ...leftOutLines(leftOut),
        ...(leftOut.length > 0
          ? [`${machines} of ${plural(countMachines(asked), 'machine')} written as ${format}`]
          : []),
        ...(machines > 0 && output !== undefined ? [`${output}: ${plural(machines, 'machine')}`] : []),
      ],
    },
    style,
  )
}

function exitCodeOf({source, asked, exported}: ExportReportInput): ExitStatus {
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
