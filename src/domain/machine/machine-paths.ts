import {hostKey} from '../host-name.js'
import {isKnownUuid, normalizeUuid} from './machine-address.js'
import type {MachineRecords} from './machine-records.js'

/**
 * How two stored machines are related; labels count for nothing.
 *
 * `same`: two paths of one machine, seen through two hosts or two directories. They have one UUID, or lack one, and one
 * disk; where the disks of either are not known the UUID alone decides. `copy`: one UUID, other disks. `disk`: one disk,
 * different UUIDs. All three must never run at the same time, whatever hypervisor runs them; machines of two session
 * types are never the same.
 */
export type Relation = 'same' | 'copy' | 'disk' | 'none'

export function relationOf(one: MachineRecords, other: MachineRecords): Relation {
  const isOneType = one[0].type.toUpperCase() === other[0].type.toUpperCase()
  const [uuid, otherUuid] = [uuidOf(one), uuidOf(other)]
  const [disks, otherDisks] = comparableDisks(one, other)
  if (disks.some((disk) => otherDisks.includes(disk))) {
    return isOneType && (uuid === '' || otherUuid === '' || uuid === otherUuid) ? 'same' : 'disk'
  }
  if (uuid === '' || uuid !== otherUuid) return 'none'
  return !isOneType || (disks.length > 0 && otherDisks.length > 0) ? 'copy' : 'same'
}

/** On one host, what was seen before and after it was started anew says nothing of each other: local names differ. */
function comparableDisks(one: MachineRecords, other: MachineRecords): readonly [readonly string[], readonly string[]] {
  const [disks, otherDisks] = [disksOf(one), disksOf(other)]
  if (!isSameHost(one, other)) return [disks, otherDisks]
  const boots = new Set([...disks, ...otherDisks].flatMap((disk) => /^local\/([^/]*)\//.exec(disk)?.[1] ?? []))
  if (boots.size < 2) return [disks, otherDisks]
  const shared = (list: readonly string[]) => list.filter((disk) => !disk.startsWith('local/'))
  return [shared(disks), shared(otherDisks)]
}

/** The machines among `all` that are other paths of this one. */
export function otherPathsOf(machine: MachineRecords, all: readonly MachineRecords[]): readonly MachineRecords[] {
  return all.filter((other) => !isSamePlace(machine, other) && relationOf(machine, other) === 'same')
}

/**
 * Finds the machines among `all` that must not run while one does: its other paths, copies, and who shares a disk. Only
 * what has its UUID or a disk of its is compared with it.
 */
export function rivalFinder(all: readonly MachineRecords[]): (machine: MachineRecords) => readonly MachineRecords[] {
  const byKey = new Map<string, MachineRecords[]>()
  for (const machine of all) {
    for (const key of keysOf(machine)) {
      const group = byKey.get(key)
      if (group === undefined) byKey.set(key, [machine])
      else group.push(machine)
    }
  }
  return (machine) => {
    const near = new Set(keysOf(machine).flatMap((key) => byKey.get(key) ?? []))
    return [...near].filter((other) => !isSamePlace(machine, other) && relationOf(machine, other) !== 'none')
  }
}

function keysOf(machine: MachineRecords): readonly string[] {
  const uuid = uuidOf(machine)
  return uuid === '' ? disksOf(machine) : [uuid, ...disksOf(machine)]
}

/** True when any two of them are paths of one machine: one whose disks nobody saw does not join two copies. */
export function areOneMachine(machines: readonly MachineRecords[]): boolean {
  return (
    machines.length > 0 &&
    machines.every((one, index) => machines.slice(0, index).every((other) => relationOf(one, other) === 'same'))
  )
}

/** The one with the youngest record, the first of equals: a path that is gone is not seen any more. */
export function seenLast(machines: readonly MachineRecords[]): MachineRecords | undefined {
  return machines.reduce<MachineRecords | undefined>(
    (best, machine) => (best === undefined || machine[0].observedAt > best[0].observedAt ? machine : best),
    undefined,
  )
}

export function isSamePlace(one: MachineRecords, other: MachineRecords): boolean {
  return isSameHost(one, other) && one[0].id === other[0].id
}

function isSameHost([one]: MachineRecords, [other]: MachineRecords): boolean {
  return hostKey(one.host) === hostKey(other.host)
}

/** Without hyphens; empty where none of its records has one, or what they have stands for none. */
export function uuidOf(machine: MachineRecords): string {
  for (const {uuid} of machine) if (isKnownUuid(uuid.trim())) return normalizeUuid(uuid.trim())
  return ''
}

/** The identities of its disk images; none where nobody looked. */
export function disksOf(machine: MachineRecords): readonly string[] {
  return [...new Set(machine.flatMap(({disks}) => disks.split(' ')))].filter((disk) => disk !== '')
}
