import type {HostName} from '../domain/host-name.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {groupMachines} from '../domain/machine/machine-records.js'
import {hostType} from '../domain/machine/session-types.js'
import {recordedHost} from '../lib/host-name.js'
import {listNames} from '../lib/list-names.js'

/** Choose among hosts: the one with the fewest or the most machines (`-c MINCNT`, `-c MAXCNT` of ctys-vhost). */
export type Cost = 'mincnt' | 'maxcnt'

export interface Load {
  readonly host: HostName
  readonly count: number
}

/** The first of equal ones. `what`: whether the machines are running or recorded. */
export function chooseByLoad(
  loads: readonly [Load, ...Load[]],
  cost: Cost,
  what: 'running' | 'recorded',
): {readonly host: HostName; readonly because: string} {
  const sign = cost === 'mincnt' ? 1 : -1
  const sorted = [...loads].sort((a, b) => sign * (a.count - b.count))
  const [best = loads[0], ...others] = sorted
  const rest = listNames(others.map(({host, count}) => `${host} ${count}`))
  const quality = cost === 'mincnt' ? 'fewest' : 'most'
  const because =
    rest === ''
      ? 'it lies on this host only'
      : `${quality} machines ${what}: ${best.host} ${best.count}, against ${rest}`
  return {host: best.host, because}
}

/** How many machines the inventory has on each of the hosts. */
export function recordedLoads(
  hosts: readonly [HostName, ...HostName[]],
  records: readonly InventoryRecord[],
): readonly [Load, ...Load[]] {
  const counts = new Map<HostName, number>()
  for (const [{host}] of groupMachines(records.filter(({type}) => type.toUpperCase() !== hostType))) {
    const name = recordedHost(host)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const loadOf = (host: HostName): Load => ({host, count: counts.get(host) ?? 0})
  const [first, ...others] = hosts
  return [loadOf(first), ...others.map(loadOf)]
}
