/**
 * ENUMERATE: the configuration files of the hosts, one line a file; terse, as the original's MACHINE: the 47 fields of
 * the inventory, one line an interface. Files that could
 * not be read, roots that could not be searched, and where was searched when nothing came up go to stderr.
 */

import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {ShownOnly} from '../../domain/inventory/record-output.js'
import {isMachine} from '../../domain/machine/inventory-counts.js'
import type {EnumerateData} from '../../domain/work/answers.js'
import {plural} from '../../lib/plural.js'
import {recordsOf} from '../../lib/scan-records.js'
import {classicRecord} from '../find/machine-record.js'
import {renderRecords} from '../find/record-output.js'
import {rowsTable} from '../shared/answer-rows.js'
import type {SectionOutcome, VerbView} from '../shared/section.js'
import type {ReportStyle} from '../shared/style.js'
import type {Column} from '../shared/table.js'
import {shownFiles} from './shown-only.js'

export const enumerateView: VerbView<'enumerate'> = {
  text(all, {width, display}) {
    const answers = all.map((answer) => onlyOf(answer, display?.only))
    if (display?.output !== undefined) return renderRecords(display.output, answers.flatMap(machineRecords))
    const cells = answers.flatMap(({host, data}) =>
      data.machines.map(({type, label, id, uuid}) => [host, type, label, id, uuid]),
    )
    return rowsTable(columns, cells, width)
  },
  terse(all, {display}) {
    const answers = all.map((answer) => onlyOf(answer, display?.only))
    return display?.output === undefined
      ? answers.map(machineLines).join('')
      : renderRecords(display.output, answers.flatMap(machineRecords))
  },
  notes: (answers, style) =>
    answers.flatMap((answer) => [
      ...enumerateTalk(answer.host, answer.data, style),
      ...leftOut(answer, style.display?.only),
    ]),
}

function onlyOf(answer: SectionOutcome<'enumerate'>, only?: ShownOnly): SectionOutcome<'enumerate'> {
  return {...answer, data: shownFiles(answer.data, only)}
}

/** "Nothing" is never the answer to what was left out. */
function leftOut(answer: SectionOutcome<'enumerate'>, only?: ShownOnly): readonly string[] {
  if (only === undefined) return []
  const count = answer.data.machines.length - onlyOf(answer, only).data.machines.length
  return count === 0 ? [] : [`${answer.host}: ${plural(count, 'machine')} of other types or states left out`]
}

function machineLines(outcome: SectionOutcome<'enumerate'>): string {
  return machineRecords(outcome).map(classicRecord).join('')
}

function machineRecords({host, data}: SectionOutcome<'enumerate'>): readonly InventoryRecord[] {
  return data.machines.flatMap((machine) => recordsOf(machine, {host, observedAt: ''}))
}

const columns: readonly Column[] = [
  {title: 'HOST'},
  {title: 'TYPE'},
  {title: 'LABEL', identity: true},
  {title: 'PATH', cut: 'start', identity: true},
  {title: 'UUID', drop: 1},
]

/** Lines for stderr, not escaped yet. */
export function enumerateTalk(host: string, data: EnumerateData, {verbose}: ReportStyle): readonly string[] {
  const {machines, rejects, unsearched, searched, files, ignored, otherTypes, closed = []} = data
  const shown = verbose ? rejects : rejects.slice(0, maxRejects)
  const more = rejects.length - shown.length
  return [
    ...unsearched.map(({path, reason}) => `${host}:${path}: not searched: ${reason}`),
    ...closed.map(({path, reason}) => `${host}:${path}: not looked at: ${reason} by this account`),
    ...shown.map(({path, line, reason}) => `${host}:${path}${line > 0 ? `:${line}` : ''}: ${reason}`),
    ...(more > 0 ? [`${host}: ${plural(more, 'further file')} could not be read (--json names them)`] : []),
    ...(machines.some(isMachine) || otherTypes !== undefined ? [] : [nothingFound(host, {searched, files, ignored})]),
  ]
}

const maxRejects = 20

function nothingFound(
  host: string,
  {searched, files, ignored}: Pick<EnumerateData, 'searched' | 'files' | 'ignored'>,
): string {
  if (searched.length === 0) return `${host}: nothing found: no directory could be searched`
  const seen = `${plural(files, 'configuration file')} seen, ${ignored} left out by their marks`
  return `${host}: nothing found below ${searched.join(', ')} (${seen})`
}
