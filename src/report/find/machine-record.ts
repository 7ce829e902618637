/**
 * Running machines in the classic layouts: the MACHINE record of LIST (22 fields in canonical order, `;` between them)
 * and the table TAB_TCP with its fixed columns. A process is one record: of a machine with several interfaces the
 * record holds all addresses, `,` between them, the table the first.
 */
import {classicFieldCount, type InventoryRecord, recordFields} from '../../domain/inventory/inventory-record.js'
import type {ListedHost, RunningMachine} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {fitText, padText} from '../../lib/text-width.js'

export interface HostMachine {
  readonly host: string
  readonly machine: RunningMachine
  /** Of a host itself. */
  readonly ifName?: string
}

/** The host itself as the original shows it: process 1, of the superuser. */
export function hostRow(host: string, listed: ListedHost): HostMachine {
  const {label, id, uuid, mac, tcp, ifName, system, distribution, accelerator, arch} = listed
  const listOf = (value: string) => (value === '' ? [] : [value])
  const group = system === '' || system.startsWith('Linux') ? 'root' : 'wheel'
  const none = {vncDisplay: '', cport: '', sport: '', startTime: ''}
  const machine: RunningMachine = {
    ...{...none, type: 'PM', label, id, uuid, macs: listOf(mac), tcps: listOf(tcp), pid: 1, uid: 'root', gid: group},
    ...{exePath: system, version: distribution, accelerator, arch, state: 'running', managed: true},
  }
  return {host, machine, ifName}
}

/** Fields of one line; a `;` inside a value would shift all behind it and is written `\x3b`. */
export function recordLine(fields: readonly string[]): string {
  return `${fields.map((field) => escapeControls(field).replaceAll(';', '\\x3b')).join(';')}\n`
}

/** The 47 classic fields of a record of the inventory. */
export function classicRecord(record: InventoryRecord): string {
  return recordLine(recordFields.slice(0, classicFieldCount).map((field) => record[field]))
}

export function machineRecord({host, machine, ifName = ''}: HostMachine): string {
  const noTaskId = ''
  const reserved = ''
  const noContext = ''
  return recordLine([
    host,
    machine.type,
    machine.label,
    machine.id,
    machine.uuid,
    machine.macs.join(','),
    machine.tcps.join(','),
    machine.vncDisplay,
    machine.cport,
    machine.sport,
    String(machine.pid),
    machine.uid,
    machine.gid,
    'SERVER',
    noTaskId,
    ifName,
    reserved,
    noContext,
    machine.exePath,
    machine.version,
    machine.accelerator,
    machine.arch,
  ])
}

/** Headings, rule and one line a machine; values are cut on the right, an empty one is `-`. */
export function classicTable(machines: readonly HostMachine[]): string {
  const heading = classicColumns.map(([title, width]) => padText(title, width)).join('|')
  const rule = classicColumns.map(([, width]) => '-'.repeat(width)).join('+')
  const lines = machines.map((entry) =>
    classicColumns.map(([, width, value]) => classicCell(value(entry), width)).join('|'),
  )
  return [heading, rule, ...lines].map((line) => `${line}\n`).join('')
}

type ClassicColumn = readonly [title: string, width: number, value: (entry: HostMachine) => string]

const classicColumns: readonly ClassicColumn[] = [
  ['TCP-container', 18, ({host}) => host],
  ['TCP-guest', 17, ({machine}) => machine.tcps[0] ?? ''],
  ['IF', 8, ({ifName = ''}) => ifName],
  ['label', 17, ({machine}) => machine.label],
  ['stype', 9, ({machine}) => machine.type],
  ['accel', 5, ({machine}) => machine.accelerator],
  ['c', 1, () => 'S'],
  ['user', 10, ({machine}) => machine.uid],
  ['group', 10, ({machine}) => machine.gid],
]

function classicCell(value: string, width: number): string {
  return padText(fitText(escapeControls(value) || '-', width), width)
}
