import {disksOf, kinshipOf, uuidOf} from '../domain/machine-paths.js'
import {identityOf, type MachineRecords} from '../domain/machine-records.js'

/**
 * A name for each machine, the same for all its paths. A UUID alone makes one machine of two only under one label:
 * under another it is more likely a copy whose UUID was forgotten, and the person who checks should hear of it.
 */
export function ownersOf(machines: readonly MachineRecords[]): ReadonlyMap<MachineRecords, string> {
  const owners = new Map<MachineRecords, string>()
  const seen = new Map<string, MachineRecords[]>()
  // those whose disks are known first: one without must not join two copies
  const isVague = (machine: MachineRecords) => disksOf(machine).length === 0
  for (const machine of [...machines.filter((each) => !isVague(each)), ...machines.filter(isVague)]) {
    const uuid = uuidOf(machine)
    const keys = [...disksOf(machine), ...(uuid === '' ? [] : [uuid])]
    const kin = keys.flatMap((key) => seen.get(key) ?? []).filter((other) => isOne(machine, other))
    const [first, ...others] = [...new Set(kin.map((other) => owners.get(other) ?? ''))]
    const owner = first ?? identityOf(machine[0])
    owners.set(machine, owner)
    // several disks may join what looked like strangers
    if (others.length > 0 && !isVague(machine)) {
      for (const [other, name] of owners) if (others.includes(name)) owners.set(other, owner)
    }
    for (const key of keys) {
      const group = seen.get(key)
      if (group === undefined) seen.set(key, [machine])
      // one of each owner says enough
      else if (!group.some((other) => owners.get(other) === owner)) group.push(machine)
    }
  }
  return owners
}

function isOne(one: MachineRecords, other: MachineRecords): boolean {
  if (kinshipOf(one, other) !== 'same') return false
  return sharesDisk(one, other) || one[0].label.toLowerCase() === other[0].label.toLowerCase()
}

function sharesDisk(one: MachineRecords, other: MachineRecords): boolean {
  const disks = disksOf(other)
  return disksOf(one).some((disk) => disks.includes(disk))
}
