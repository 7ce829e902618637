/**
 * Files of one line for each interface. Left out is a machine that calls itself as a host of the inventory, and one that
 * has the name or MAC address of a machine before it; one that is known at two places makes one and the same line.
 */
import type {Exported} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {ethersLine} from '../../src/lib/ethers-lines.js'
import {isUnicastMac, readMac} from '../../src/lib/network-address.js'
import {isLeaseTime} from './dhcp-dnsmasq.js'
import {Claims, type ExportOptions, hostNameGuard, ipOf, joinPieces, namesOf, noIp, noMac, noName} from './exported.js'

interface Line {
  readonly text: string
  /** What only one machine of the file may have. */
  readonly own: readonly string[]
  /** What only one line of the file may have, even where the machine is the same. */
  readonly once?: string | undefined
}

function joinLines(
  records: readonly InventoryRecord[],
  options: ExportOptions,
  lineOf: (record: InventoryRecord, names: readonly string[]) => Line | {readonly reason: string},
): Exported {
  const isHosts = hostNameGuard(records, options)
  const claims = new Claims()
  const seen = new Set<string | undefined>()
  return joinPieces(records, (record, written) => {
    const names = namesOf(record)
    const line = lineOf(record, names)
    if ('reason' in line || written.has(line.text)) return line
    const hosts = names.find((name) => isHosts(name, record))
    if (hosts !== undefined) return {reason: `its name '${hosts}' is the name of a host`}
    if (line.once !== undefined && seen.has(line.once)) return {reason: `${line.once} is in another line already`}
    const taken = claims.refuse(record, line.own)
    if (taken !== undefined) return {reason: taken}
    seen.add(line.once)
    return line
  })
}

/** /etc/hosts (hosts(5)): `IP NAME LABEL`, for each interface with an IP address. */
export function exportHosts(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  return joinLines(records, options, (record, names) => {
    const ip = ipOf(record)
    if (ip === undefined) return {reason: noIp}
    return names.length === 0 ? {reason: noName} : {text: `${[ip, ...names].join(' ')}\n`, own: names}
  })
}

/** /etc/ethers (ethers(5)): `MAC NAME`, or the IPv4 address where there is no name. */
export function exportEthers(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  return joinLines(records, options, (record, [name = '']) => {
    const mac = unicastMacOf(record)
    if (mac === undefined) return {reason: noMac}
    const text = ethersLine({mac, ip: ipOf(record) ?? '', name})
    return text === undefined
      ? {reason: `${noName}, and it has no IPv4 address`}
      : {text, own: [mac, name].filter(Boolean)}
  })
}

/**
 * dnsmasq (dnsmasq(8)): `dhcp-host=MAC,IP,NAME` with what is known of the two. Given one IPv4 address in two lines
 * dnsmasq does not start: the second is left out, and so are names it takes for something else.
 */
export function exportDnsmasq(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  return joinLines(records, options, (record, names) => {
    const mac = unicastMacOf(record)
    const ip = ipOf(record)
    const name = names.find((each) => !isSomethingElse(each))
    if (mac === undefined) return {reason: noMac}
    if (ip === undefined && name === undefined) return {reason: `${noName}, and it has no IP address`}
    const address = ip?.includes(':') ? `[${ip}]` : ip
    const text = `dhcp-host=${[mac, address, name].filter((part) => part !== undefined).join(',')}\n`
    return {text, own: [mac, ...(name === undefined ? [] : [name])], once: ip}
  })
}

/** A lease time, a MAC address, the word that switches a host off, or nothing dnsmasq takes for a name. */
function isSomethingElse(name: string): boolean {
  return isLeaseTime(name) || readMac(name) !== undefined || /^(ignore$|_)/i.test(name)
}

function unicastMacOf(record: InventoryRecord): string | undefined {
  const mac = readMac(record.mac)
  return mac !== undefined && isUnicastMac(mac) ? mac : undefined
}
