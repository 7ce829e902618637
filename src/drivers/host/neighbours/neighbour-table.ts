/** The neighbour tables of a host as the tools of the different systems print them. */
import type {Neighbour} from '../../../domain/network/network-entry.js'
import {isUnicastMac, readIp, readMac} from '../../../lib/network-address.js'

export interface ParsedNeighbours {
  readonly neighbours: readonly Neighbour[]
  /** Lines that are no line of such a table at all. */
  readonly rejects: readonly {readonly line: number; readonly reason: string}[]
}

/** A neighbour, `none` for a line that names nobody (titles, incomplete, failed, multicast), undefined for nonsense. */
type Found = Neighbour | 'none' | undefined

function parseTable(text: string, readLine: (line: string) => Found): ParsedNeighbours {
  const neighbours: Neighbour[] = []
  const rejects: {line: number; reason: string}[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const found = readLine(line.trim())
    if (found === undefined) rejects.push({line: index + 1, reason: 'is no line of a neighbour table'})
    else if (found !== 'none') neighbours.push(found)
  }
  return {neighbours, rejects}
}

/** `name` is empty where the table has none. Addresses that are no single Ethernet station's name nobody. */
function neighbour(name: string, address: string, hardware: string, device: string): Found {
  const ip = readIp(address.replace(/%.*/, ''))
  const mac = readMac(hardware)
  if (ip === undefined) return undefined
  return mac === undefined || !isUnicastMac(mac) ? 'none' : {name, ip, mac, interface: device}
}

/** Output of `ip neigh` (ip-neighbour(8)): `IP dev DEVICE [lladdr MAC] [router] STATE`. FAILED and INCOMPLETE are none. */
export function parseIpNeigh(text: string): ParsedNeighbours {
  return parseTable(text, (line) => {
    const [address = '', ...words] = line.split(/\s+/)
    const after = (word: string): string => words[words.indexOf(word) + 1] ?? ''
    if (words[0] !== 'dev' || words.length < 2) return undefined
    const dead = ['FAILED', 'INCOMPLETE'].some((state) => words.includes(state))
    return neighbour('', address, dead || !words.includes('lladdr') ? '' : after('lladdr'), after('dev'))
  })
}

/** Text of /proc/net/arp (proc(5)); hardware type 0x1 is Ethernet, bit 0x2 of the flags says that the entry is complete. */
export function parseProcNetArp(text: string): ParsedNeighbours {
  return parseTable(text, (line) => {
    if (line.startsWith('IP address')) return 'none'
    const [address = '', type, flags = '', hardware = '', , device = '', ...rest] = line.split(/\s+/)
    if (device === '' || rest.length > 0 || !/^0x[0-9a-f]+$/i.test(flags)) return undefined
    const complete = type === '0x1' && (Number(flags) & 0x2) !== 0
    return neighbour('', address, complete ? hardware : '', device)
  })
}

/**
 * Output of `arp -an` of any system: `? (IP) at MAC on DEVICE ...` (FreeBSD, NetBSD, macOS, which drops leading zeros,
 * and net-tools of Linux, which puts `[ether]` in between), or the table of OpenBSD: `IP MAC DEVICE EXPIRE FLAGS`.
 */
export function parseArpAn(text: string): ParsedNeighbours {
  return parseTable(text, (line) => {
    const sentence = /^(\S+) \(([^()\s]+)\) at (\S+)(.*)$/.exec(line)
    if (sentence !== null) {
      const [, name = '', address = '', hardware = '', rest = ''] = sentence
      return neighbour(name === '?' ? '' : name, address, hardware, / on (\S+)/.exec(rest)?.[1] ?? '')
    }
    if (/^Host\s+Ethernet Address\s/.test(line)) return 'none'
    const [address = '', hardware = '', device = ''] = line.split(/\s+/)
    return device !== '' && (readMac(hardware) || hardware === '(incomplete)')
      ? neighbour('', address, hardware, device)
      : undefined
  })
}
