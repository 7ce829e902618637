import {isIP} from 'node:net'
import {hostKey} from '../domain/host-name.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {type Collision, type CollisionKind, collisionKinds, type TaskCollision} from '../domain/machine/collision.js'
import {disksOf, uuidOf} from '../domain/machine/machine-paths.js'
import {groupMachines, identityOf, type MachineRecords} from '../domain/machine/machine-records.js'
import type {Task} from '../domain/work/plan.js'
import {isUnicastMac, readIp, readMac} from '../lib/network-address.js'
import {ownersOf} from './owners.js'

/** Everything machines of an inventory share and must not, by kind, then by value. */
export function findCollisions(records: readonly InventoryRecord[]): readonly Collision[] {
  return collide(groupMachines(records))
}

/** What two machines that run at the same time cannot share; a label they can. */
const fatalKinds: ReadonlySet<CollisionKind> = new Set(['uuid', 'disk', 'mac', 'ip', 'vnc'])

/** What the machines that are to be started share with others of the inventory, in the order of the tasks. */
export function collisionsOfTasks(
  tasks: readonly Task[],
  machines: readonly MachineRecords[],
): readonly TaskCollision[] {
  const started = new Set(tasks.flatMap(({record}) => (record === undefined ? [] : [identityOf(record)])))
  const keysOf = (machine: MachineRecords) => claimsOf(machine, '').map(({key}) => key)
  const wanted = new Set(machines.filter(([record]) => started.has(identityOf(record))).flatMap(keysOf))
  const near = machines.filter((machine) => keysOf(machine).some((key) => wanted.has(key)))
  const fatal = collide(near).filter(({kind}) => fatalKinds.has(kind))
  return tasks.flatMap(({target, record}) => {
    if (record === undefined) return []
    const own = identityOf(record)
    return fatal.flatMap((collision) => {
      const others = collision.records.filter((each) => identityOf(each) !== own)
      return others.length < collision.records.length ? [{target, record, collision, others}] : []
    })
  })
}

/** A value a machine has for itself alone. `owner` tells the machines apart that must not share it. */
interface Claim {
  readonly key: string
  readonly kind: CollisionKind
  readonly value: string
  readonly host?: string
  readonly owner: string
  readonly record: InventoryRecord
}

function collide(machines: readonly MachineRecords[]): readonly Collision[] {
  // nearly every value has one owner: only a second one makes a group
  const firsts = new Map<string, Claim>()
  const groups = new Map<string, Map<string, Claim>>()
  const owners = ownersOf(machines)
  for (const machine of machines) {
    for (const claim of claimsOf(machine, owners.get(machine) ?? '')) {
      const first = firsts.get(claim.key)
      if (first === undefined) firsts.set(claim.key, claim)
      else if (first.owner !== claim.owner) {
        const group = groups.get(claim.key) ?? new Map([[first.owner, first]])
        if (!group.has(claim.owner)) group.set(claim.owner, claim)
        groups.set(claim.key, group)
      }
    }
  }
  const collisions = [...groups.values()].map((group): Collision => {
    const claims = [...group.values()]
    const {kind, value, host} = claims[0] as Claim
    return {kind, value, ...(host !== undefined && {host}), records: claims.map(({record}) => record)}
  })
  return collisions.sort(byKindAndValue)
}

function byKindAndValue(one: Collision, other: Collision): number {
  const kinds = collisionKinds.indexOf(one.kind) - collisionKinds.indexOf(other.kind)
  const [a, b] = [`${one.host ?? ''}\0${one.value}`, `${other.host ?? ''}\0${other.value}`]
  return kinds !== 0 ? kinds : a < b ? -1 : a > b ? 1 : 0
}

function claimsOf(machine: MachineRecords, owner: string): readonly Claim[] {
  const [first] = machine
  const uuid = uuidOf(machine)
  const disks = disksOf(machine)
  const claims: Claim[] = []
  const claim = (kind: CollisionKind, value: string, facts: {record: InventoryRecord; owner?: string; host?: string}) =>
    value !== '' && claims.push({key: `${kind}\0${facts.host ?? ''}\0${value}`, kind, value, owner, ...facts})
  claim('label', first.label.toLowerCase(), {record: first})
  claim('uuid', uuid, {record: first})
  for (const disk of disks) claim('disk', disk, {record: first})
  // what has one owner and several places is one machine
  const value = uuid === '' ? (disks[0] ?? '') : uuid
  if (value !== '') {
    claims.push({key: `same-machine\0${owner}`, kind: 'same-machine', value, owner: identityOf(first), record: first})
  }
  for (const record of machine) {
    const host = hostKey(record.host)
    claim('mac', knownMac(record.mac), {record})
    claim('ip', knownIp(record.tcp), {record})
    claim('vnc', vncPort(record), {record, host})
    for (const port of forwardedSshPorts(record)) claim('ssh-port', port, {record, host})
  }
  return claims
}

function knownMac(text: string): string {
  const mac = readMac(text)
  return mac !== undefined && isUnicastMac(mac) ? mac : ''
}

/** Empty for names and for addresses every machine has: unspecified and loopback. */
function knownIp(text: string): string {
  const ip = readIp(text) ?? ''
  return isEverybodys(ip) ? '' : ip
}

function isEverybodys(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::' || ip === '::1' || (isIP(ip) === 4 && ip.startsWith('127.'))
}

/** The TCP port of its VNC display on the host; empty when it has none. */
function vncPort({cport, vncDisplay, vncBase}: InventoryRecord): string {
  if (isPort(cport) && Number(cport) > 0) return String(Number(cport))
  const display = vncDisplay.replace(/^:/, '')
  const base = vncBase === '' ? '5900' : vncBase
  return isPort(display) && isPort(base) ? String(Number(base) + Number(display)) : ''
}

/** Ports of the host: a guest with an address of its own has its SSH ports there, and they meet nobody's. */
function forwardedSshPorts({sshPort, tcp}: InventoryRecord): readonly string[] {
  const own = tcp !== '' && tcp.toLowerCase() !== 'localhost' && !isEverybodys(readIp(tcp) ?? '')
  return own ? [] : sshPort.split(/[%,]/).flatMap((port) => (isPort(port) ? [String(Number(port))] : []))
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
}
