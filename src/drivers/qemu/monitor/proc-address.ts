/** An address of /proc/net/tcp or tcp6 (32-bit words in the host's order, little endian); any address is the loopback. */
export function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse())
  if (bytes.length === 4) return bytes.some((byte) => byte !== 0) ? bytes.join('.') : '127.0.0.1'
  if (bytes.every((byte) => byte === 0)) return '::1'
  // an IPv4 client of an IPv6 socket (RFC 4291, 2.5.5.2)
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff) return bytes.slice(12).join('.')
  const pairs = Array.from({length: 8}, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16))
  return pairs.join(':')
}
