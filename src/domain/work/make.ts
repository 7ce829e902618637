/** What is asked of a host that is to get new machines, and what it answers; plain JSON. */
import type {ErrorCode} from '../error-codes.js'
import type {EnumeratedMachine} from './answers.js'

export const diskFormats = ['qcow2', 'raw'] as const
export type DiskFormat = (typeof diskFormats)[number]

/** The boot image of a new machine: an empty one, or made of an image of the host. */
export interface NewDisk {
  readonly format: DiskFormat
  /** Bytes; absent = as large as the image it is made of. */
  readonly size?: number
  /** `linked`: only what differs from the image is written; it must stay, and stay as it is. */
  readonly from?: {readonly path: string; readonly how: 'linked' | 'full'}
}

export interface GuestSystem {
  readonly dist?: string
  readonly distrel?: string
  readonly os?: string
  readonly osrel?: string
}

/** An address that does not come by DHCP. */
export interface GuestNetwork {
  /** Bits of the network, of the family of the address. */
  readonly prefix: number
  readonly gateway?: string
  readonly dns: readonly string[]
}

export interface SeedFiles {
  readonly userData: string
  readonly metaData: string
  /** Version 2 of cloud-init's network configuration; absent = DHCP. */
  readonly networkConfig?: string
}

/** A file that an installer looks for, on a FAT disk of that label; that of Debian also in its initial RAM disk. */
export interface InstallerAnswers {
  readonly name: 'preseed.cfg' | 'ks.cfg' | 'autoinst.xml'
  readonly label: 'CIDATA' | 'OEMDRV'
  readonly text: string
  readonly inInitrd: boolean
}

/** A machine that does not exist yet. Texts hold no line end; see docs/machines.md for the keys they become. */
export interface NewMachine {
  readonly label: string
  /** With hyphens, lower case. */
  readonly uuid: string
  /** Upper case, colons; none where `net` is none. */
  readonly macs: readonly string[]
  readonly ip?: string
  readonly memoryMiB: number
  readonly cpus: number
  /** user, none, vde[:SOCKET], tap[:DEVICE] or bridge[:BRIDGE]. */
  readonly net: string
  readonly disk: NewDisk
  /** Guest architecture as in qemu-system-ARCH; absent = that of the host. */
  readonly arch?: string
  readonly platform?: string
  readonly cpu?: string
  readonly bus?: string
  readonly nic?: string
  readonly vga?: string
  /** What the clock of the machine shows. */
  readonly clock?: 'utc' | 'localtime'
  readonly tablet?: 'yes' | 'no'
  /** DIST, DISTREL, OS and OSREL of its configuration. */
  readonly system?: GuestSystem
  readonly cdrom?: string
  readonly kernel?: string
  readonly initrd?: string
  readonly append?: string
  /** Of `ip`: what the guest is told beside it. */
  readonly network?: GuestNetwork
  /** What cloud-init finds at the first start (NoCloud): files of a FAT disk called cidata. */
  readonly seed?: SeedFiles
  /** What its installer is told, where it runs without a person. */
  readonly answers?: InstallerAnswers
  /** What is typed on its serial console while it boots, as docs/machines.md has it. */
  readonly steps?: readonly string[]
  /** Further words for QEMU, each one word of its command line. */
  readonly words?: readonly string[]
  /** Names what was asked for, without what was chosen for it: who asks the same again means the same machine. */
  readonly fingerprint: string
}

export interface MakeAsk {
  /** Where the directories of the machines are made; relative = below the home directory. */
  readonly base: string
  /** Local time of the call, YYYYMMDDhhmmss. */
  readonly serial: string
  readonly machines: readonly NewMachine[]
}

/** `there`: an earlier call that asked the same made it. */
export interface MadeMachine {
  readonly label: string
  readonly state: 'made' | 'completed' | 'there'
  /** Absolute path of the machine's directory. */
  readonly directory: string
}

export interface NotMade {
  readonly label: string
  readonly code: ErrorCode
  readonly reason: string
  readonly hint?: string
}

export interface MakeData {
  readonly kind: 'make'
  readonly machines: readonly MadeMachine[]
  readonly notMade: readonly NotMade[]
  /** What the host's own files now say of them. */
  readonly stored: readonly EnumeratedMachine[]
}
