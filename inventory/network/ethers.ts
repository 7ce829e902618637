import type {NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {readIp, readMac} from '../../src/lib/network-address.js'
import {linesOf} from './entry.js'

/** Reads /etc/ethers (ethers(5)): a MAC address and a host name or IP address on each line, comments from `#` on. */
export function parseEthers(text: string): {
  readonly entries: readonly NetworkEntry[]
  readonly rejects: readonly SourceReject[]
} {
  const entries: NetworkEntry[] = []
  const rejects: SourceReject[] = []
  for (const [index, line] of linesOf(text).entries()) {
    const words = line.replace(/#.*/s, '').trim().split(/\s+/)
    const [address = '', host = ''] = words
    if (address === '') continue
    const mac = readMac(address)
    if (mac === undefined || words.length !== 2) {
      const count = words.length === 1 ? 'names no host' : `has ${words.length} words instead of 2`
      rejects.push({line: index + 1, text: line, reason: mac === undefined ? `'${address}' is no MAC address` : count})
    } else {
      const ip = readIp(host)
      entries.push(ip === undefined ? {name: host, ip: '', mac} : {name: '', ip, mac})
    }
  }
  return {entries, rejects}
}
