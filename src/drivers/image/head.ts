/**
 * What a file is as a disk image, by its first bytes (the formats of QEMU, docs/interop; VMDK and VHDX by their vendors). A
 * raw image has no mark of its own: one is taken for it that has a partition table, a file system or nothing at all at
 * its begin, by its name. Pure.
 */

/** Bytes of a file that are looked at. */
export const headBytes = 2048

export interface ImageHead {
  /** As QEMU calls it. */
  readonly format: string
  /** Bytes that the guest sees; 0 where the head does not say. */
  readonly size: number
  /** The image this one stands on, as it is written there; absent where it stands alone. */
  readonly backing?: string
}

const rawNames = /\.(?:img|raw|hdd)$/

/** Undefined for what is no image. */
export function imageHead(head: Buffer, path: string): ImageHead | undefined {
  const at = (offset: number, text: string) => head.toString('latin1', offset, offset + text.length) === text
  if (at(0, 'QFI\xfb')) return qcow(head)
  if (at(0, 'KDMV') || at(0, 'COWD') || /^# Disk DescriptorFile/i.test(head.toString('latin1', 0, 32))) {
    const sectors = at(0, 'KDMV') && head.length >= 20 ? Number(head.readBigUInt64LE(12)) : 0
    return {format: 'vmdk', size: sectors * 512}
  }
  if (head.length >= 0x44 && head.readUInt32LE(0x40) === 0xbeda107f) {
    return {format: 'vdi', size: head.length >= 0x178 ? Number(head.readBigUInt64LE(0x170)) : 0}
  }
  if (at(0, 'vhdxfile')) return {format: 'vhdx', size: 0}
  if (at(0, 'conectix')) return {format: 'vpc', size: head.length >= 56 ? Number(head.readBigUInt64BE(48)) : 0}
  if (at(0, 'WithoutFreeSpace') || at(0, 'WithouFreSpacExt')) return {format: 'parallels', size: 0}
  return rawNames.test(path) && head.length >= 512 && looksRaw(head, at) ? {format: 'raw', size: 0} : undefined
}

/** docs/interop/qcow2.rst; the older versions begin alike. */
function qcow(head: Buffer): ImageHead | undefined {
  if (head.length < 32) return undefined
  const version = head.readUInt32BE(4)
  const offset = Number(head.readBigUInt64BE(8))
  const length = head.readUInt32BE(16)
  const size = Number(head.readBigUInt64BE(version === 1 ? 32 - 8 : 24))
  const isHere = offset > 0 && length > 0 && length < 1024 && offset + length <= head.length
  // a name that lies further on: that there is one is known all the same
  const backing = offset === 0 ? undefined : isHere ? head.toString('utf8', offset, offset + length) : ''
  return {format: version === 1 ? 'qcow' : 'qcow2', size, ...(backing !== undefined && {backing})}
}

function looksRaw(head: Buffer, at: (offset: number, text: string) => boolean): boolean {
  const isBlank = head.every((byte) => byte === 0)
  const isBoot = head.readUInt16LE(510) === 0xaa55
  const isExt = head.length >= 1082 && head.readUInt16LE(1080) === 0xef53
  const isOther = at(512, 'EFI PART') || at(0, 'XFSB') || at(0, 'LABELONE') || at(512, 'LABELONE')
  return isBlank || isBoot || isExt || isOther
}
