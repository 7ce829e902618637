/** CONVERT: the text itself, or where it was written. Stderr: lines that could not be read and so are left out. */
import {exitStatus} from '../../domain/error-codes.js'
import {inventoryCounts} from '../../domain/machine/inventory-counts.js'
import type {ConvertResult} from '../../domain/results/inventory.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {faultLine} from '../../lib/fault-line.js'
import {plural} from '../../lib/plural.js'
import type {ReportStyle} from '../shared/style.js'
import type {View} from '../shared/view.js'
import {type ConvertBody, countsText, faultBody, toolsVersion} from './inventory-body.js'

export const convertView: View<ConvertResult, ConvertBody> = {
  schemaVersion: toolsVersion,
  exit: ({source}) => (source.faults.length > 0 ? exitStatus.partial : exitStatus.ok),
  body: ({source: {file, records, faults}, to, text, output}) => ({
    command: 'inventory convert',
    file,
    format: to,
    machines: inventoryCounts(records).machines,
    ...(output === undefined ? {text} : {output}),
    faults: faults.map(faultBody),
  }),
  text: answer,
  terse: answer,
  notes: ({source: {records, faults}, output}) => [
    ...faults.map(faultLine),
    ...(faults.length > 0 ? [`${plural(faults.length, 'fault')}: what could not be read was left out`] : []),
    ...(output === undefined ? [] : [`${output}: ${countsText(inventoryCounts(records))}`]),
  ],
}

function answer({text, output}: ConvertResult, style: ReportStyle): string {
  return output === undefined ? forTerminal(text, style) : ''
}

/** To a file or a pipe goes the very text; a terminal must not obey what a value holds. */
export function forTerminal(text: string, {width}: ReportStyle): string {
  return width === undefined ? text : text.split(/\r?\n/).map(escapeControls).join('\n')
}
