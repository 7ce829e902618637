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
 * AIX, which names no device, and net-tools of Linux, which puts `[ether]` in between), the table of OpenBSD: `IP MAC
 * DEVICE EXPIRE FLAGS`, or those of illumos and Solaris: `DEVICE IP MASK [FLAGS] MAC` and, of IPv6, `DEVICE MAC TYPE STATE
 * IP`. An entry without address is none.
 */
export function parseArpAn(text: string): ParsedNeighbours {
  return parseTable(
    text,
    (line) => readSentence(line) ?? readRow(line.split(/\s+/)) ?? (isFrame(line) ? 'none' : undefined),
  )
}

function readSentence(line: string): Found {
  const sentence = /^(\S+)\s+\(([^()\s]+)\)\s+at\s+(\S+)(.*)$/.exec(line)
  if (sentence === null) return undefined
  const [, name = '', address = '', hardware = '', rest = ''] = sentence
  return neighbour(name === '?' ? '' : name, address, hardware, /\son\s+(\S+)/.exec(rest)?.[1] ?? '')
}

function readRow([first = '', second = '', third = '', ...rest]: readonly string[]): Found {
  if (third === '') return undefined
  const last = rest.at(-1) ?? ''
  if (readMac(second) !== undefined && readIp(first) === undefined) return neighbour('', last, second, first)
  if (readMac(second) !== undefined || /^(?:\(|link#)/.test(second)) return neighbour('', first, second, third)
  // the mask tells it from anything else; flags may be missing, and so may the address of what did not answer
  const isMasked = readIp(second) !== undefined && readIp(third) !== undefined
  return isMasked ? neighbour('', second, last, first) : undefined
}

/** Titles, rules and sums around the entries. */
function isFrame(line: string): boolean {
  return (
    /^(?:Host|Neighbor)\s+(?:Ethernet|Linklayer) Address\s/.test(line) ||
    /^Net to Media Table\b|^Device\s+IP Address\s|^If\s+Physical Address\s|^[- ]+$/.test(line) ||
    /^bucket:\s+\d+\s+contains:|^There (?:is|are) \d+ entr(?:y|ies) in the arp table/.test(line)
  )
}
