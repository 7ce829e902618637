import {isKnownUuid, normalizeUuid} from './machine-address.js'
import type {MachineRecords} from './machine-records.js'

/**
 * How two stored machines are related; labels count for nothing.
 *
 * `same`: two paths of one machine, seen through two hosts or two directories. They have one UUID, or lack one, and one
 * disk; where the disks of either are not known the UUID alone decides. `copy`: one UUID, other disks. `disk`: one disk,
 * different UUIDs. All three must never run at the same time.
 */
export type Kinship = 'same' | 'copy' | 'disk' | 'none'

export function kinshipOf(one: MachineRecords, other: MachineRecords): Kinship {
  if (one[0].type.toUpperCase() !== other[0].type.toUpperCase()) return 'none'
  const [uuid, otherUuid] = [uuidOf(one), uuidOf(other)]
  const [disks, otherDisks] = [disksOf(one), disksOf(other)]
  if (disks.some((disk) => otherDisks.includes(disk))) {
    return uuid === '' || otherUuid === '' || uuid === otherUuid ? 'same' : 'disk'
  }
  if (uuid === '' || uuid !== otherUuid) return 'none'
  return disks.length > 0 && otherDisks.length > 0 ? 'copy' : 'same'
}

/** The machines among `all` that are other paths of this one. */
export function otherPathsOf(machine: MachineRecords, all: readonly MachineRecords[]): readonly MachineRecords[] {
  return all.filter((other) => !isSamePlace(machine, other) && kinshipOf(machine, other) === 'same')
}

/** The machines among `all` that must not run while this one does: its other paths, copies, and who shares a disk. */
export function rivalsOf(machine: MachineRecords, all: readonly MachineRecords[]): readonly MachineRecords[] {
  return all.filter((other) => !isSamePlace(machine, other) && kinshipOf(machine, other) !== 'none')
}

/** True when each of them is a path of the first. */
export function areOneMachine(machines: readonly MachineRecords[]): boolean {
  const [first, ...others] = machines
  return first !== undefined && others.every((other) => kinshipOf(first, other) === 'same')
}

/** The one with the youngest record, the first of equals: a path that is gone is not seen any more. */
export function seenLast(machines: readonly MachineRecords[]): MachineRecords | undefined {
  return machines.reduce<MachineRecords | undefined>(
    (best, machine) => (best === undefined || machine[0].observedAt > best[0].observedAt ? machine : best),
    undefined,
  )
}

export function isSamePlace([one]: MachineRecords, [other]: MachineRecords): boolean {
  return one.host.toLowerCase() === other.host.toLowerCase() && one.id === other.id
}

/** Without hyphens; empty for what stands for none. */
export function uuidOf(machine: MachineRecords): string {
  const uuid = normalizeUuid((machine.find((record) => record.uuid !== '')?.uuid ?? '').trim())
  return isKnownUuid(uuid) ? uuid : ''
}

/** The identities of its disk images; none where nobody looked. */
export function disksOf([{disks}]: MachineRecords): readonly string[] {
  return disks === '' ? [] : disks.split(' ')
}
