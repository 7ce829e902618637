import {disksOf, relationOf, uuidOf} from '../domain/machine/machine-paths.js'
import {identityOf, type MachineRecords} from '../domain/machine/machine-records.js'

/**
 * A name for each machine, the same for all its paths. A UUID alone makes one machine of two only under one label:
 * under another it is more likely a copy whose UUID was forgotten, and the person who checks should hear of it.
 */
export function ownersOf(machines: readonly MachineRecords[]): ReadonlyMap<MachineRecords, string> {
  const {nameOf, join} = unions()
  const firstWith = new Map<string, MachineRecords>()
  const isVague = (machine: MachineRecords) => disksOf(machine).length === 0
  // those whose disks are known first: one without must not join two copies
  for (const machine of [...machines.filter((each) => !isVague(each)), ...machines.filter(isVague)]) {
    const uuid = uuidOf(machine)
    const own = identityOf(machine[0])
    // the UUID is part of the key: who has the disk under another UUID is another machine
    const keys = disksOf(machine).map((disk) => `${uuid}\0${disk}`)
    if (uuid !== '') keys.push(`${uuid}\0\0${machine[0].label.toLowerCase()}`)
    for (const key of keys) {
      const other = firstWith.get(key)
      if (other === undefined) firstWith.set(key, machine)
      else if (relationOf(machine, other) === 'same') join(identityOf(other[0]), own)
    }
  }
  joinNameless(machines, join)
  return new Map(machines.map((machine) => [machine, nameOf(identityOf(machine[0]))]))
}

/** Without a UUID it is the machine with its disk, if there is only one. */
function joinNameless(machines: readonly MachineRecords[], join: (one: string, other: string) => void): void {
  const named = new Map<string, MachineRecords>()
  for (const machine of machines) {
    if (uuidOf(machine) === '') continue
    for (const disk of disksOf(machine)) if (!named.has(disk)) named.set(disk, machine)
  }
  for (const machine of machines) {
    if (uuidOf(machine) !== '') continue
    const other = named.get(disksOf(machine).find((disk) => named.has(disk)) ?? '')
    if (other !== undefined) join(identityOf(other[0]), identityOf(machine[0]))
  }
}

/** Disjoint sets of names; each is called by one of its names. */
function unions() {
  const above = new Map<string, string>()
  const nameOf = (name: string): string => {
    let top = name
    for (let next = above.get(top); next !== undefined; next = above.get(top)) top = next
    if (top !== name) above.set(name, top)
    return top
  }
  const join = (one: string, other: string): void => {
    const [top, under] = [nameOf(one), nameOf(other)]
    if (top !== under) above.set(under, top)
  }
  return {nameOf, join}
}
