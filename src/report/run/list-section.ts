/**
 * LIST: what runs where. A machine in state unknown is shown as unknown; one not started by ctys is marked. The classic
 * table is there without any line as well, but not when no host answered: that would read as "nothing runs". In every
 * layout stderr says which hosts did not show everything.
 */

import type {ShownOnly} from '../../domain/inventory/record-output.js'
import {seeAllHint, unseenText} from '../../domain/machine/list-doubt.js'
import type {ListData, RunningMachine, SuspendedMachine} from '../../domain/work/answers.js'
import {listNames} from '../../lib/list-names.js'
import {classicTable, type HostMachine, hostRow, machineFields, machineRecord} from '../find/machine-record.js'
import {listHeadings} from '../find/record-headings.js'
import {renderRows} from '../find/record-output.js'
import type {Answers, VerbView} from '../shared/section.js'
import {paintsOf, type ReportStyle} from '../shared/style.js'
import {type Column, formatTable} from '../shared/table.js'
import {onePerHost} from './one-host.js'
import {shownList} from './shown-only.js'

export const listView: VerbView<'list'> = {
  text(all, style) {
    if (all.length === 0) return ''
    const {output, table, only} = style.display ?? {}
    if (output !== undefined) return renderRows(output, classicRows(all, only).map(machineFields), listHeadings)
    if (style.classic === true) return classicTable(classicRows(all, only), table)
    const {answers} = onePerHost(all)
    const suspended = answers.flatMap(({host, data}) => (data.suspended ?? []).map((machine) => ({host, machine})))
    const machines = machinesOf(answers)
    return machines.length + suspended.length === 0 ? '' : machineTable(machines, suspended, style)
  },
  terse(all, {display}) {
    const rows = classicRows(all, display?.only)
    if (rows.length === 0) return ''
    return display?.output === undefined
      ? rows.map(machineRecord).join('')
      : renderRows(display.output, rows.map(machineFields), listHeadings)
  },
  notes(all, {classic, format}) {
    const {answers, told} = onePerHost(all)
    const isRecord = format === 'terse' || classic === true
    const idle = isRecord || machinesOf(answers).length > 0 ? [] : nothingRuns(answers)
    return [...idle, ...told, ...notShown(answers)]
  },
}

function machinesOf(answers: Lists): readonly HostMachine[] {
  return answers.flatMap(({host, data}) => data.machines.map((machine) => ({host, machine})))
}

function classicRows(all: Lists, only?: ShownOnly): readonly HostMachine[] {
  return onePerHost(all).answers.flatMap((answer) => {
    const data = shownList(answer.host, answer.data, only)
    return [...machinesOf([{...answer, data}]), ...(data.host === undefined ? [] : [hostRow(answer.host, data.host)])]
  })
}

interface HostSuspended {
  readonly host: string
  readonly machine: SuspendedMachine
}

function machineTable(
  machines: readonly HostMachine[],
  suspended: readonly HostSuspended[],
  style: ReportStyle,
): string {
  const {warn} = paintsOf(style)
  const foreign = machines.some(({machine}) => !machine.managed)
  const rows = machines.map(({host, machine}) => ({
    cells: [
      host,
      nameOf(machine),
      machine.state,
      String(machine.pid),
      machine.vncDisplay === '' ? '' : `:${machine.vncDisplay}`,
      machine.uid,
      machine.accelerator,
      machine.arch,
      machine.tcps.join(','),
      ...(foreign ? [noteOf(machine)] : []),
    ],
    ...(machine.state !== 'running' && {paint: warn}),
  }))
  const saved = suspended.map(({host, machine}) => ({
    cells: [host, machine.label, 'suspended', '', '', '', '', '', '', ...(foreign ? [''] : [])],
    paint: warn,
  }))
  return formatTable(
    foreign ? [...listColumns, {title: 'NOTE', keep: true}] : listColumns,
    [...rows, ...saved],
    style.width,
  )
}

/** A machine without a name is told by its disk. */
export function nameOf({label, disk = ''}: RunningMachine): string {
  return label || (disk === '' ? '' : `(${disk})`)
}

export function noteOf({managed, manager, isolated, proof}: RunningMachine): string {
  if (managed) return ''
  const where = isolated === true ? 'foreign, in a container' : 'foreign'
  if (manager !== undefined) return `${where}: ${manager}`
  return proof === 'none' ? `${where}, unproven` : where
}

/** Of every list of machines. */
export const listColumns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'LABEL', identity: true},
  {title: 'STATE', keep: true, identity: true},
  {title: 'PID', keep: true, identity: true},
  {title: 'VNC', keep: true},
  {title: 'USER', drop: 1},
  {title: 'ACCEL', drop: 2},
  {title: 'ARCH', drop: 3},
  {title: 'IP', identity: true},
]

type Lists = Answers<'list'>

/** A line about hosts, which are counted when they are many. */
export function onNoHost(outcomes: Lists, line: (where: string) => string): readonly string[] {
  const hosts = [...new Set(outcomes.map(({host}) => host))]
  if (hosts.length === 0) return []
  return [line(hosts.length > 5 ? `the ${hosts.length} hosts that answered` : hosts.join(', '))]
}

/** A host that shows only what is of this account, or not all, is never among those on which nothing runs. */
function nothingRuns(outcomes: Lists): readonly string[] {
  const some = hostsOf(outcomes, ({hidden}) => hidden === true)
  return [
    ...onNoHost(
      outcomes.filter(({data: {hidden, unseen = []}}) => !hidden && unseen.every(({why}) => why === 'wedged')),
      (where) => `no machine runs on ${where}`,
    ),
    ...(some.length > 0 ? [`no machine of this account runs on ${listNames(some)}`] : []),
  ]
}

/** Which answers are of one host, and which do not show everything. */
export function listDoubts(all: Lists): readonly string[] {
  const {answers, told} = onePerHost(all)
  return [...told, ...notShown(answers)]
}

function notShown(outcomes: Lists): readonly string[] {
  const hidden = hostsOf(outcomes, (data) => data.hidden === true)
  const wedged = hostsOf(outcomes, ({wedged, unseen}) => wedged === true && unseen === undefined)
  const show = hidden.length === 1 ? 'shows' : 'show'
  const unseen = `${show} this account only its own processes; machines of other users may run there`
  return [
    ...(hidden.length > 0 ? [`${listNames(hidden)}: ${unseen}`, `  next: ${seeAllHint}`] : []),
    ...(wedged.length > 0
      ? [`${listNames(wedged)}: a file system hangs; machines of ctys stand there without their configurations`]
      : []),
    ...outcomes.flatMap(({host, data: {unseen = []}}) => unseen.map((one) => `${host}: ${unseenText(one)}`)),
  ]
}

function hostsOf(outcomes: Lists, fits: (data: ListData) => boolean): readonly string[] {
  return [...new Set(outcomes.filter(({data}) => fits(data)).map(({host}) => host))]
}
