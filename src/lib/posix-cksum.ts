/**
 * The checksum of cksum(1) as POSIX (IEEE Std 1003.1, XCU, cksum) gives it, as `CRC SIZE`: CRC-32 with the polynomial
 * 0x04C11DB7, most significant bit first, over the bytes and then their number, least significant octet first.
 */
export function posixCksum(bytes: Uint8Array): string {
  let crc = 0
  const add = (octet: number) => {
    crc = (crc << 8) ^ (table[((crc >>> 24) ^ octet) & 0xff] ?? 0)
  }
  for (const octet of bytes) add(octet)
  for (let rest = bytes.length; rest > 0; rest = Math.floor(rest / 256)) add(rest & 0xff)
  return `${~crc >>> 0} ${bytes.length}`
}

const table = Int32Array.from({length: 256}, (_, index) => {
  let crc = index << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc
})
