/** What a host answered of a stored machine, as records of the inventory: one for each interface. */
import {emptyRecord, type InventoryRecord} from '../domain/inventory/inventory-record.js'
import type {EnumeratedMachine} from '../domain/work/answers.js'

/** Where and when it was seen. */
export interface Seen {
  readonly host: string
  /** RFC 3339 in UTC, whole seconds. */
  readonly observedAt: string
}

/** What a configuration does not say is empty: nobody stated it. */
const silent: InventoryRecord = {...emptyRecord(), category: 'VM', source: 'scan'}

/** The driver has named its facts by inventory field already. */
export function recordsOf(machine: EnumeratedMachine, seen: Seen): readonly InventoryRecord[] {
  const {type, label, id, uuid, interfaces, disks = [], suspended = ''} = machine
  return interfaces.map((facts) => ({
    ...silent,
    ...facts,
    type,
    label,
    id,
    uuid,
    disks: disks.join(' '),
    suspended,
    ...seen,
  }))
}
