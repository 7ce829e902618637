/**
 * What never changes of the FAT16 disk that the wrapper makes where QEMU has no vvfat (Microsoft: "FAT: General Overview of
 * On-Disk Format", 1.03; long names as VFAT has them), as octal escapes for
 * `%b` of printf(1).
 */

export const sectorBytes = 512
/** 4 MiB; with clusters of one sector more than the 4084 that a FAT12 may have. */
export const sectors = 8192
const fatSectors = 32
const fats = 2
/** Sixteen entries a sector. */
const rootSectors = 4
export const fatAt = 1
export const secondFatAt = fatAt + fatSectors
export const rootAt = fatAt + fats * fatSectors
/** Of cluster 2. */
export const dataAt = rootAt + rootSectors
export const clusters = sectors - dataAt

/** Names a guest looks for; the short ones are theirs on a disk where long names are not read. */
const names: readonly (readonly [long: string, short: string])[] = [
  ['user-data', 'USER-D~1   '],
  ['meta-data', 'META-D~1   '],
  ['vendor-data', 'VENDOR~1   '],
  ['network-config', 'NETWOR~1   '],
  ['preseed.cfg', 'PRESEED CFG'],
  ['ks.cfg', 'KS      CFG'],
  ['autoinst.xml', 'AUTOINSTXML'],
]

export const seedNames: readonly string[] = names.map(([long]) => long)

export function octal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')
}

/** The first sector, without its signature; the label stands in it too. */
export function bootSector(label: string): string {
  const bytes = Buffer.alloc(62)
  Buffer.from([0xeb, 0x3c, 0x90]).copy(bytes)
  bytes.write('CTYS    ', 3, 'latin1')
  bytes.writeUInt16LE(sectorBytes, 11)
  bytes[13] = 1 // sectors a cluster
  bytes.writeUInt16LE(fatAt, 14)
  bytes[16] = fats
  bytes.writeUInt16LE((rootSectors * sectorBytes) / 32, 17)
  bytes.writeUInt16LE(sectors, 19)
  bytes[21] = 0xf8 // a fixed disk
  bytes.writeUInt16LE(fatSectors, 22)
  bytes.writeUInt16LE(32, 24)
  bytes.writeUInt16LE(2, 26)
  bytes[36] = 0x80
  bytes[38] = 0x29
  bytes.writeUInt32LE(0x63_74_79_73, 39)
  bytes.write(label.padEnd(11), 43, 'latin1')
  bytes.write('FAT16   ', 54, 'latin1')
  return octal(bytes)
}

/** The entry of the root directory that names the disk. */
export function labelEntry(label: string): string {
  const bytes = Buffer.alloc(32)
  bytes.write(label.padEnd(11), 0, 'latin1')
  bytes[11] = 0x08
  return octal(bytes)
}

/** Of a file: its long name, and its short one up to where first cluster and size stand. */
export function nameEntries(name: string): string {
  const short = names.find(([long]) => long === name)?.[1] ?? ''
  const own = Buffer.alloc(26)
  own.write(short, 0, 'latin1')
  own[11] = 0x20
  return octal(Buffer.concat([...longEntries(name, checksum(short)), own]))
}

/** Thirteen characters of UTF-16 each, the last first. */
function longEntries(name: string, sum: number): readonly Buffer[] {
  const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
  const count = Math.ceil(name.length / places.length)
  return Array.from({length: count}, (_, n) => {
    const order = count - n
    const bytes = Buffer.alloc(32)
    bytes[0] = order | (n === 0 ? 0x40 : 0)
    bytes[11] = 0x0f
    bytes[13] = sum
    for (const [index, place] of places.entries()) {
      const at = (order - 1) * places.length + index
      bytes.writeUInt16LE(at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff, place)
    }
    return bytes
  })
}

function checksum(short: string): number {
  let sum = 0
  for (const byte of Buffer.from(short, 'latin1')) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 255
  return sum
}
