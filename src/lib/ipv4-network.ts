/** IPv4 addresses with a prefix (RFC 4632) as numbers. */
import {isIPv4} from 'node:net'

export interface Ipv4Network {
  /** Of the host itself. */
  readonly address: number
  readonly prefix: number
  /** The address of the network, and that of everybody in it. */
  readonly first: number
  readonly last: number
  /** The network as it is written: 10.79.0.0/24. */
  readonly text: string
}

/** `10.79.0.1/24`; undefined for everything else. */
export function readNetwork(text: string): Ipv4Network | undefined {
  const [, ip = '', digits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  const prefix = Number(digits)
  if (!isIPv4(ip) || digits === '' || prefix > 32) return undefined
  const address = ipv4Number(ip)
  const size = 2 ** (32 - prefix)
  const first = Math.floor(address / size) * size
  return {address, prefix, first, last: first + size - 1, text: `${ipv4Text(first)}/${prefix}`}
}

export function isInside(ip: string, {first, last}: Ipv4Network): boolean {
  const number = ipv4Number(ip)
  return number > first && number < last
}

export function overlap(one: Ipv4Network, other: Ipv4Network): boolean {
  return one.first <= other.last && other.first <= one.last
}

export function ipv4Number(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function ipv4Text(number: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(number / 2 ** bits) % 256).join('.')
}
