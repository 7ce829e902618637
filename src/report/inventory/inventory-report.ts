/** What the reports of `ctys inventory ...` share: the JSON body (schemas/inventory-tools.schema.json), faults. */
import type {ExitStatus} from '../../domain/error-codes.js'
import type {FileFault} from '../../domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {identityOf} from '../../domain/machine/machine-records.js'
import type {Report} from '../../domain/work/report.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {isMachine} from '../scan/differences.js'
import {jsonText} from '../shared/body.js'
import type {ReportStyle} from '../shared/style.js'

const schemaVersion = 1

interface InventoryBody {
  readonly command: string
  readonly exitCode: ExitStatus
  readonly [name: string]: unknown
}

/** `stdout` is ready to print, lines of `stderr` are escaped here; with style.json stdout is the body's text. */
export function finishInventoryReport(
  body: InventoryBody,
  text: {readonly stdout: string; readonly stderr: readonly string[]},
  style: ReportStyle,
): Report {
  const json = {schemaVersion, ...body}
  return {
    stdout: style.json ? `${jsonText(json)}\n` : text.stdout,
    stderr: text.stderr.map((line) => `${escapeControls(line)}\n`).join(''),
    exitCode: body.exitCode,
    json,
  }
}

/** `file:line:column: fact: what is wrong`; not escaped yet. */
export function faultLine({file, line, column, path, reason}: FileFault): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':')
  return [place, ...(path === undefined ? [] : [path]), reason].join(': ')
}

/** A fault as the JSON body has it. */
export function faultBody({record: _, ...fault}: FileFault): Omit<FileFault, 'record'> {
  return fault
}

export function countMachines(records: readonly InventoryRecord[]): number {
  return new Set(records.map(identityOf)).size
}

export interface InventoryCounts {
  /** The host itself is none of its machines. */
  readonly machines: number
  /** Lines of an enum.fdb: one for each interface. */
  readonly records: number
}

/** What every command that says how much an inventory holds counts alike. */
export function inventoryCounts(records: readonly InventoryRecord[]): InventoryCounts {
  return {machines: countMachines(records.filter(isMachine)), records: records.length}
}

export function countsText({machines, records}: InventoryCounts): string {
  return `${plural(machines, 'machine')} in ${plural(records, 'record')}`
}
