import type {GuestNetwork} from '../../../domain/work/make.js'

/** What an installer is told of one machine. */
export interface InstallFacts {
  readonly label: string
  /** `TYPE BASE64`, without options and comment. */
  readonly keys: readonly string[]
  /** How the guest sees the disk to install on, such as /dev/vda. */
  readonly disk: string
  /** As `ip`, lower case. */
  readonly mac?: string
  readonly ip?: string
  readonly network?: GuestNetwork
}

export interface Answers {
  readonly text: string
  /** Words for the command line of the installer's kernel. */
  readonly append: string
}

/** Dotted, of an IPv4 prefix. */
export function netmaskOf(prefix: number): string {
  const bits = (0xffff_ffff << (32 - prefix)) >>> 0
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')
}
