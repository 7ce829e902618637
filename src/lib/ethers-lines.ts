import type {NetworkEntry} from '../domain/network/network-entry.js'
import {isHostName, isUnicastMac} from './network-address.js'

/** The line of /etc/ethers for an entry, with its name or else its IPv4 address; undefined when it has neither. */
export function ethersLine({name, ip, mac}: NetworkEntry): string | undefined {
  const host = isHostName(name) ? name : ip
  return !isUnicastMac(mac) || host === '' || host.includes(':') ? undefined : `${mac} ${host}\n`
}

/** Sorted, each line once: the option -E of the extractors. `leftOut` are the entries no line can be made of. */
export function formatEthers(entries: readonly NetworkEntry[]): {
  readonly text: string
  readonly leftOut: readonly NetworkEntry[]
} {
  const lines = entries.map(ethersLine)
  const text = [...new Set(lines.filter((line) => line !== undefined))].sort().join('')
  return {text, leftOut: entries.filter((_, index) => lines[index] === undefined)}
}
