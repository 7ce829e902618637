import {isIP} from 'node:net'

/** Addresses and names of the network as text: read, put into one form, and judged. */

const canonicalMac = /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/
const macShape = /^[0-9a-f]{1,2}(?:([:-])[0-9a-f]{1,2})(?:\1[0-9a-f]{1,2}){4}$/i

/** An Ethernet address with `:` or `-`, any case, leading zeros dropped or not (as macOS does); undefined for others. */
export function readMac(text: string): string | undefined {
  if (canonicalMac.test(text)) return text
  if (!macShape.test(text)) return undefined
  const bytes = text.split(/[:-]/).map((byte) => byte.padStart(2, '0'))
  return bytes.join(':').toUpperCase()
}

/** An IPv4 or IPv6 address without zone, port or prefix length, in canonical form; undefined for everything else. */
export function readIp(text: string): string | undefined {
  const family = isIP(text)
  if (family === 4) return text
  if (family !== 6 || text.includes('%')) return undefined
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}

/** One machine has the address: neither nothing, nor everyone (multicast and broadcast, IEEE 802 group bit). */
export function isUnicastMac(mac: string): boolean {
  return mac !== '00:00:00:00:00:00' && Number.parseInt(mac.slice(0, 2), 16) % 2 === 0
}

/**
 * A name that can stand in a hosts file, a zone or a command line: RFC 1123, section 2.1, with `_` allowed, as many
 * networks use it. The last part must not be a number: resolvers take such a name for an IPv4 address.
 */
export function isHostName(name: string): boolean {
  if (name.length > 253) return false
  const parts = name.split('.')
  return (
    parts.every((part) => /^(?!-)[A-Za-z0-9_-]{1,63}$/.test(part) && !part.endsWith('-')) &&
    !/^(\d+|0x[0-9a-f]*)$/i.test(parts.at(-1) ?? '')
  )
}

/** An address that means something on one link only: 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291, section 2.5.6). */
export function isLinkLocal(ip: string): boolean {
  return ip.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(ip)
}

/**
 * No machine has the address for itself: unspecified, loopback, multicast, reserved, link-local (RFC 6890); a mapped IPv4
 * address (RFC 4291, section 2.5.5.2) could be any of these. For what `readIp` gives.
 */
export function isNobodys(ip: string): boolean {
  if (isLinkLocal(ip)) return true
  if (ip.includes(':')) return /^(::1?$|::ffff:|ff)/.test(ip)
  const first = Number(ip.split('.')[0])
  return first === 0 || first === 127 || first >= 224
}
