/** What the exporters share: how pieces become a file, and which names and addresses are taken for a machine's own. */
import {isIPv4} from 'node:net'
import type {Exported, LeftOut} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {identityOf, type MachineRecords} from '../../src/domain/machine/machine-records.js'
import {hostType} from '../../src/domain/machine/session-types.js'
import {ownHost, recordedHost} from '../../src/lib/host-name.js'
import {isHostName, isNobodys, readIp} from '../../src/lib/network-address.js'

export interface ExportOptions {
  /** All records, where only some are exported: no machine is called as one of their hosts. */
  readonly inventory?: readonly InventoryRecord[]
}

/** What one record becomes: a piece of the file, the reason why it becomes nothing, or undefined for a repetition. */
export type Piece = {readonly text: string} | {readonly reason: string} | undefined

export const noName = 'neither network name nor label is a host name'
export const noIp = 'has no IP address of its own'
export const noMac = 'has no MAC address'

/** Nothing is missed where such an interface belongs to a machine that is there with another one. */
const lacks: readonly string[] = [noIp, noMac]

/** The pieces in file order, each different one once; `written` are those that are there. */
export function joinPieces(
  records: readonly InventoryRecord[],
  pieceOf: (record: InventoryRecord, written: ReadonlySet<string>) => Piece,
): Exported {
  const texts = new Set<string>()
  const machines = new Set<string>()
  const without: LeftOut[] = []
  for (const record of records) {
    const piece = pieceOf(record, texts)
    if (piece === undefined) continue
    if ('text' in piece) {
      texts.add(piece.text)
      machines.add(identityOf(record))
    } else without.push({record, reason: piece.reason})
  }
  const leftOut = without.filter(({record, reason}) => !lacks.includes(reason) || !machines.has(identityOf(record)))
  return {text: [...texts].join(''), machines: machines.size, leftOut}
}

/** Who has which name or address in this file: the first machine that comes. */
export class Claims {
  readonly #owners = new Map<string, string>()

  /** Why the machine cannot have all of these, because another one has one of them; else they are its own from now on. */
  refuse(record: InventoryRecord, things: readonly string[]): string | undefined {
    const {host, label, id} = record
    const place = `${id || label} on ${host}`
    for (const thing of things) {
      const owner = this.#owners.get(thing.toLowerCase())
      if (owner !== undefined && owner !== place) return `'${thing}' is taken by ${owner}`
    }
    for (const thing of things) this.#owners.set(thing.toLowerCase(), place)
    return undefined
  }
}

/** The names of the interface that every format can hold, network name first, without those that mean something else. */
export function namesOf({netName, label}: InventoryRecord): readonly string[] {
  const names = [netName, label].filter((name) => isHostName(name) && !everybodys.test(name))
  return names.filter((name, index) => names.findIndex((it) => it.toLowerCase() === name.toLowerCase()) === index)
}

/** Names every computer has for itself or for a service it looks for. */
const everybodys = /^(localhost|ip6-localhost|ip6-loopback|wpad|isatap)(\.|$)/i

/**
 * Tells whether a machine calls itself as a host of the inventory or as this computer: it would draw what is meant for
 * that one to itself. A physical machine (PM) is its own host.
 */
export function hostNameGuard(
  records: readonly InventoryRecord[],
  {inventory = records}: ExportOptions,
): (name: string, record: InventoryRecord) => boolean {
  const names = inventory.map(({host}) => splitPort(host.toLowerCase())[0])
  const hosts = new Set(['localhost', ownHost, ...names])
  return (name, record) => hosts.has(name.toLowerCase()) && !isOwnHost(name, record)
}

/** Whether this is the name by which the physical machine is reached as a host. */
export function isOwnHost(name: string, record: InventoryRecord): boolean {
  return isHostItself(record) && name.toLowerCase() === splitPort(record.host.toLowerCase())[0]
}

/** A physical machine (PM): what is recorded of it is told of the host, not of a machine on it. */
export function isHostItself({type}: InventoryRecord): boolean {
  return type.toUpperCase() === hostType
}

/** The IP address of the interface; undefined for none, and for one that is nobody's alone. */
export function ipOf({tcp}: InventoryRecord): string | undefined {
  const ip = readIp(tcp)
  return ip === undefined || isNobodys(ip) ? undefined : ip
}

/** The first IP address, IPv4 before IPv6, with the record it stands in. */
export function addressOf(
  machine: MachineRecords,
): {readonly record: InventoryRecord; readonly ip: string} | undefined {
  const found = machine.flatMap((record) => {
    const ip = ipOf(record)
    return ip === undefined ? [] : [{record, ip}]
  })
  return found.find(({ip}) => !ip.includes(':')) ?? found[0]
}

/**
 * The host to jump over: undefined for a machine of this computer and for a host itself, which would be behind itself; a
 * reason where the name could not be one.
 */
export function jumpHostOf(record: InventoryRecord): Piece {
  return isHostItself(record) ? undefined : wayToHost(record)
}

/** Name and port by which a host itself is reached; undefined for all else, this computer, and what is no host name. */
export function hostAddressOf(record: InventoryRecord): {readonly name: string; readonly port?: number} | undefined {
  const way = isHostItself(record) ? wayToHost(record) : undefined
  if (way === undefined || 'reason' in way) return undefined
  const [name, port] = splitPort(way.text)
  return {name, ...(port !== 22 && {port})}
}

function wayToHost({host}: InventoryRecord): Piece {
  if (host === '' || recordedHost(host) === ownHost) return undefined
  const [name, port] = splitPort(host)
  const isName = isHostName(name) || (isIPv4(name) && !isNobodys(name))
  // "none" switches jumping off (ssh_config(5))
  return isName && port <= 65_535 && name.toLowerCase() !== 'none'
    ? {text: host}
    : {reason: `its host '${host}' is no host name`}
}

/** The inventory keeps what listens at another port than 22 as `name:port`. */
function splitPort(host: string): readonly [name: string, port: number] {
  const [, name = host, port = '22'] = /^([^:]*):([1-9]\d{0,4})$/.exec(host) ?? []
  return [name, Number(port)]
}

/** The one SSH port of the machine where it is not 22; several mean that none is the one. */
export function sshPortOf({sshPort}: InventoryRecord): number | undefined {
  const port = /^\d{1,5}$/.test(sshPort) ? Number(sshPort) : 22
  return port === 22 || port === 0 || port > 65_535 ? undefined : port
}
