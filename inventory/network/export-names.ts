import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import {ethersLine} from '../../src/lib/ethers-lines.js'
import {isUnicastMac, readIp, readMac} from '../../src/lib/network-address.js'
import {isLeaseTime} from './dhcp-dnsmasq.js'
import {type Exported, joinPieces, namesOf, noIp, noName} from './exported.js'

const noMac = 'has no MAC address'

/**
 * /etc/hosts (hosts(5)): `IP NAME LABEL`, for each interface with an IP address. A machine that calls itself as another
 * host of the inventory is left out: it would draw that host's sessions to itself.
 */
export function exportHosts(records: readonly InventoryRecord[]): Exported {
  const hosts = new Set(records.map(({host}) => host.toLowerCase()))
  return joinPieces(records, (record) => {
    const ip = readIp(record.tcp)
    const names = namesOf(record)
    const others = names.find(
      (name) => hosts.has(name.toLowerCase()) && name.toLowerCase() !== record.host.toLowerCase(),
    )
    if (ip === undefined) return {reason: noIp}
    if (others !== undefined) return {reason: `its name '${others}' is the name of a host`}
    return names.length === 0 ? {reason: noName} : {text: `${[ip, ...names].join(' ')}\n`}
  })
}

/** /etc/ethers (ethers(5)): `MAC NAME`, or the IPv4 address where there is no name. */
export function exportEthers(records: readonly InventoryRecord[]): Exported {
  return joinPieces(records, (record) => {
    const mac = unicastMacOf(record)
    if (mac === undefined) return {reason: noMac}
    const text = ethersLine({mac, ip: readIp(record.tcp) ?? '', name: namesOf(record)[0] ?? ''})
    return text === undefined ? {reason: `${noName}, and it has no IPv4 address`} : {text}
  })
}

/**
 * dnsmasq (dnsmasq(8)): `dhcp-host=MAC,IP,NAME` with what is known of the two. Given one IPv4 address twice dnsmasq does
 * not start: the second is left out, and so are names it takes for something else.
 */
export function exportDnsmasq(records: readonly InventoryRecord[]): Exported {
  const owners = new Map<string, string>()
  return joinPieces(records, (record) => {
    const mac = unicastMacOf(record)
    const ip = readIp(record.tcp)
    const name = namesOf(record).find((each) => !isSomethingElse(each))
    if (mac === undefined) return {reason: noMac}
    if (ip === undefined && name === undefined) return {reason: `${noName}, and it has no IP address`}
    const owner = ip === undefined ? mac : (owners.get(ip) ?? mac)
    if (owner !== mac) return {reason: `${ip} is given to ${owner}`}
    if (ip !== undefined) owners.set(ip, mac)
    const address = ip?.includes(':') ? `[${ip}]` : ip
    return {text: `dhcp-host=${[mac, address, name].filter((part) => part !== undefined).join(',')}\n`}
  })
}

function isSomethingElse(name: string): boolean {
  return isLeaseTime(name) || readMac(name) !== undefined || name.toLowerCase() === 'ignore'
}

function unicastMacOf(record: InventoryRecord): string | undefined {
  const mac = readMac(record.mac)
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}
