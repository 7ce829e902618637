/**
 * Running machines in the classic layouts: the MACHINE record of LIST (22 fields in canonical order, `;` between them)
 * and the table TAB_TCP with its fixed columns. A process is one record: of a machine with several interfaces the
 * record holds all addresses, `,` between them, the table the first.
 */
import {classicFieldCount, type InventoryRecord, recordFields} from '../../domain/inventory/inventory-record.js'
import type {TableCell, TabTcp} from '../../domain/inventory/record-output.js'
import type {ListedHost, RunningMachine} from '../../domain/work/answers.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {sortedRows} from '../shared/sorted.js'
import {tableText} from './record-table.js'

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

export function machineRecord(entry: HostMachine): string {
  return recordLine(machineFields(entry))
}

/** The 22 fields of LIST. */
export function machineFields({host, machine, ifName = ''}: HostMachine): readonly string[] {
  const noTaskId = ''
  const reserved = ''
  const noContext = ''
  return [
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
  ]
}

/**
 * The original's TAB_TCP; an empty value is `-`. `ids`: paths, cut on the left, in the place of labels; `addresses`:
 * those of the guests, else that column is empty.
 */
export function classicTable(
  machines: readonly HostMachine[],
  {ids, addresses, widths = [], sort}: TabTcp = {ids: false, addresses: true},
): string {
  const columns: readonly ClassicColumn[] = [
    ['TCP-container', 18, ({host}) => host],
    ['TCP-guest', 17, ({machine}) => (addresses ? (machine.tcps[0] ?? '') : '')],
    ['IF', 8, ({ifName = ''}) => ifName],
    ids ? ['id', 17, ({machine}) => machine.id, 'start'] : ['label', 17, ({machine}) => machine.label],
    ['stype', 9, ({machine}) => machine.type],
    ['accel', 5, ({machine}) => machine.accelerator],
    ['c', 1, () => 'S'],
    ['user', 10, ({machine}) => machine.uid],
    ['group', 10, ({machine}) => machine.gid],
  ]
  const cells = columns.map(([heading, width, , cut], index): TableCell => {
    const own = widths[widthPlaces.indexOf(index)] || width
    return {column: index + 1, heading, width: own, overflow: cut ?? 'end'}
  })
  const rows = machines.map((entry) => columns.map(([, , value]) => value(entry) || '-'))
  return tableText(cells, sort === undefined ? rows : inOrder(rows, sort))
}

/** Columns that the original gave a width by position, in its order; IF and accel came later. */
const widthPlaces = [0, 1, 3, 4, 6, 7, 8]

function inOrder(rows: readonly (readonly string[])[], sort: NonNullable<TabTcp['sort']>) {
  const {by} = sort
  const keyOf = (row: readonly string[]) => (by === undefined ? row.join('|') : (row[by - 1] ?? ''))
  return sortedRows(rows, sort, keyOf, ([host = '']) => host)
}

type ClassicColumn = readonly [heading: string, width: number, value: (entry: HostMachine) => string, cut?: 'start']
