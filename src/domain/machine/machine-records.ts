import {hostKey} from '../host-name.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import {type AddressableMachine, type MachineAddress, matchesAddress, normalizeUuid} from './machine-address.js'
import {shortestUniqueAddresses} from './unique-address.js'

/**
 * What makes two records the same machine: host, session type and configuration path; the names of hosts and types
 * compare without regard to case. Records written by hand may lack the path: label and UUID stand in for it then.
 */
export function identityOf(record: InventoryRecord): string {
  const {host, type, label, id, uuid} = record
  const machine = id === '' ? `\0${label}\0${normalizeUuid(uuid)}` : id
  return `${hostKey(host)}\0${type.toUpperCase()}\0${machine}`
}

/** The records of one machine, one for each of its interfaces; never empty. */
export type MachineRecords = readonly [InventoryRecord, ...InventoryRecord[]]

/** Puts the interfaces of each machine together, in the order in which the machines first appear. */
export function groupMachines(records: readonly InventoryRecord[]): readonly MachineRecords[] {
  return [...groupByIdentity(records).values()]
}

/** The same, by what makes them one machine. */
export function groupByIdentity(records: readonly InventoryRecord[]): ReadonlyMap<string, MachineRecords> {
  const machines = new Map<string, [InventoryRecord, ...InventoryRecord[]]>()
  for (const record of records) {
    const key = identityOf(record)
    const known = machines.get(key)
    if (known === undefined) machines.set(key, [record])
    else known.push(record)
  }
  return machines
}

/** The machines that fit the address, on all hosts or on one; host names compare without regard to case. */
export function findByAddress(
  records: readonly InventoryRecord[],
  address: MachineAddress,
  host?: string,
): readonly MachineRecords[] {
  const wanted = host === undefined ? undefined : hostKey(host)
  const there = wanted === undefined ? records : records.filter((record) => hostKey(record.host) === wanted)
  return groupMachines(there).filter((machine) => matchesAddress(address, toAddressable(machine)))
}

/** What of the machine an address is compared with. */
export function toAddressable(machine: MachineRecords): AddressableMachine {
  const [{label, id, uuid}] = machine
  return {
    label,
    id,
    uuid,
    macs: machine.map(({mac}) => mac).filter((mac) => mac !== ''),
    tcps: machine.flatMap(({tcp, netName}) => [tcp, netName]).filter((name) => name !== ''),
  }
}

const mostTold = 20

/**
 * For each machine `host address`, the shortest that names it alone on its host among `all`: what an ambiguity over
 * several hosts prints, in the order of the machines. Of very many the rest is counted.
 */
export function shortestUniquePlaces(
  machines: readonly MachineRecords[],
  all: readonly MachineRecords[] = machines,
): readonly string[] {
  const told = machines.slice(0, mostTold)
  const hosts = new Map(told.map(([{host}]) => [hostKey(host), [] as AddressableMachine[]]))
  for (const machine of all) hosts.get(hostKey(machine[0].host))?.push(toAddressable(machine))
  const places = told.map((machine) => {
    const host = hostKey(machine[0].host)
    return `${host} ${shortestUniqueAddresses([toAddressable(machine)], hosts.get(host))[0]}`
  })
  return machines.length > told.length ? [...places, `and ${machines.length - told.length} more`] : places
}
