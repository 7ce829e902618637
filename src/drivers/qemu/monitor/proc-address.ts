/**
 * An address of /proc/net/tcp or tcp6, in 32-bit words as the host reads them: with the lowest byte first, or the highest
 * (`big:` before it, remote/byte-order.ts). Any address is the loopback.
 */
export function readAddress(text: string): string {
  const isBig = text.startsWith('big:')
  const words = (isBig ? text.slice(4) : text).match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) =>
    isBig ? [...Buffer.from(word, 'hex')] : [...Buffer.from(word, 'hex')].reverse(),
  )
  if (bytes.length === 4) return bytes.some((byte) => byte !== 0) ? bytes.join('.') : '127.0.0.1'
  if (bytes.every((byte) => byte === 0)) return '::1'
  // an IPv4 client of an IPv6 socket (RFC 4291, 2.5.5.2)
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff) return bytes.slice(12).join('.')
  const pairs = Array.from({length: 8}, (_, i) => (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16))
  return pairs.join(':')
}
