/** CONVERT: the text itself, or where it was written. Stderr: lines that could not be read and so are left out. */
import {exitStatus} from '../../domain/error-codes.js'
import type {InventoryFile, InventoryFormat} from '../../domain/inventory/inventory-files.js'
import type {Report} from '../../domain/work/report.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import type {ReportStyle} from '../shared/style.js'
import {countsText, faultBody, faultLine, finishInventoryReport, inventoryCounts} from './inventory-report.js'

interface ConvertReportInput {
  readonly source: InventoryFile
  readonly format: InventoryFormat
  readonly text: string
  /** Where the text was written; absent = to stdout. */
  readonly output?: string
}

export function buildConvertReport({source, format, text, output}: ConvertReportInput, style: ReportStyle): Report {
  const {file, records, faults} = source
  const counts = inventoryCounts(records)
  const left = faults.length > 0 ? [`${plural(faults.length, 'fault')}: what could not be read was left out`] : []
  return finishInventoryReport(
    {
      command: 'inventory convert',
      exitCode: faults.length > 0 ? exitStatus.partial : exitStatus.ok,
      file,
      format,
      machines: counts.machines,
      ...(output === undefined ? {text} : {output}),
      faults: faults.map(faultBody),
    },
    {
      stdout: output === undefined ? forTerminal(text, style) : '',
      stderr: [
        ...faults.map(faultLine),
        ...left,
        ...(output === undefined ? [] : [`${output}: ${countsText(counts)}`]),
      ],
    },
    style,
  )
}

/** To a file or a pipe goes the very text; a terminal must not obey what a value holds. */
export function forTerminal(text: string, {width}: ReportStyle): string {
  return width === undefined ? text : text.split(/\r?\n/).map(escapeControls).join('\n')
}
