/**
 * LIST: what runs where. A machine in state unknown is shown as unknown; one not started by ctys is marked. The classic
 * table is there without any line as well, but not when no host answered: that would read as "nothing runs".
 */

import {classicTable, type HostMachine, machineRecord} from './machine-record.js'
import {paintsOf, type ReportStyle} from './report-style.js'
import type {Section, SectionOutcome} from './section.js'
import {type Column, formatTable} from './table.js'

export function listSection(outcomes: readonly SectionOutcome<'list'>[], style: ReportStyle): Section {
  if (outcomes.length === 0) return {stdout: '', stderr: []}
  const machines = outcomes.flatMap(({host, data}) => data.machines.map((machine) => ({host, machine})))
  if (style.terse) return {stdout: machines.map(machineRecord).join(''), stderr: []}
  if (style.classic === true) return {stdout: classicTable(machines), stderr: []}
  if (machines.length === 0) return {stdout: '', stderr: nothingRuns(outcomes)}
  return {stdout: machineTable(machines, style), stderr: []}
}

function machineTable(machines: readonly HostMachine[], style: ReportStyle): string {
  const {warn} = paintsOf(style)
  const foreign = machines.some(({machine}) => !machine.managed)
  const rows = machines.map(({host, machine}) => ({
    cells: [
      host,
      machine.label,
      machine.state,
      String(machine.pid),
      machine.vncDisplay === '' ? '' : `:${machine.vncDisplay}`,
      machine.uid,
      machine.accelerator,
      machine.arch,
      machine.tcps.join(','),
      ...(foreign ? [machine.managed ? '' : 'foreign'] : []),
    ],
    ...(machine.state !== 'running' && {paint: warn}),
  }))
  return formatTable(foreign ? [...columns, {title: 'NOTE', keep: true}] : columns, rows, style.width)
}

const columns: readonly Column[] = [
  {title: 'HOST'},
  {title: 'LABEL'},
  {title: 'STATE', keep: true},
  {title: 'PID', keep: true},
  {title: 'VNC', keep: true},
  {title: 'USER'},
  {title: 'ACCEL'},
  {title: 'ARCH'},
  {title: 'IP'},
]

function nothingRuns(outcomes: readonly SectionOutcome<'list'>[]): readonly string[] {
  const hosts = [...new Set(outcomes.map(({host}) => host))]
  const where = hosts.length > 5 ? `the ${hosts.length} hosts that answered` : hosts.join(', ')
  return [`no machine runs on ${where}`]
}
