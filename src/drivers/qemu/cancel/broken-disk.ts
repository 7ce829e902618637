/** Which disk made QEMU stop its guest, of what `info block` of the human monitor says. Pure. */
export interface BrokenDisk {
  /** QEMU's name of the device. */
  readonly device: string
  /** Path of its image, or empty. */
  readonly image: string
  /** BlockDeviceIoStatus of qapi/block-core.json: `nospace` when its host has no room for it, else `failed`. */
  readonly why: 'nospace' | 'failed'
}

/**
 * `DEVICE (NODE): PATH (FORMAT)`, and below it `    I/O status:       nospace`; before QEMU 1.5 all in one line, with
 * `file=PATH` and `io-status=nospace`. A full disk is told before one that failed.
 */
export function readBrokenDisk(blocks: string): BrokenDisk | undefined {
  const found: BrokenDisk[] = []
  let device = ''
  let image = ''
  for (const line of blocks.split(/\r?\n/)) {
    const [, name, rest = ''] = /^(\S[^:(]*?)(?: \([^)]*\))?: (.*)$/.exec(line) ?? []
    if (name !== undefined) {
      device = name
      image = / file=(\S+)/.exec(` ${rest}`)?.[1] ?? /^(\/.*?)(?: \([^()]*\))?$/.exec(rest)?.[1] ?? ''
    }
    const why = /(?:I\/O status:\s+|io-status=)(nospace|failed)\b/.exec(line)?.[1]
    if (why === 'nospace' || why === 'failed') found.push({device, image, why})
  }
  return found.find(({why}) => why === 'nospace') ?? found[0]
}
