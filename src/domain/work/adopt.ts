/** Machines of a host that are none of ctys yet, and what makes them such; plain JSON. */
import type {EnumeratedMachine, Reject} from './answers.js'
import type {NotMade} from './make.js'

export interface AdoptableAsk {
  /** Where configurations and images are looked for; none = the home directory. */
  readonly basePaths: readonly string[]
}

/** A machine that was found, with what would be written for it. Unknown facts are empty. */
export interface Adoption {
  readonly label: string
  /** PROCESS, or a type of scanTypes. */
  readonly foundAs: string
  /** Of the configuration, script or image; empty for a process alone. */
  readonly path: string
  /** Where it runs now. */
  readonly pid?: number
  /** Who starts and stops it now, where somebody does. */
  readonly owner?: string
  readonly uuid: string
  readonly macs: readonly string[]
  readonly arch: string
  readonly memoryMiB: number
  readonly cpus: number
  readonly accelerator: string
  /** Paths of its images, the boot image first. */
  readonly disks: readonly string[]
  /**
   * `call`: the wrapper has QEMU's words; `script`: it calls the script at `path`; `image`: there is a disk image alone,
   * which gets a machine like those of `ctys new`.
   */
  readonly how: 'call' | 'script' | 'image'
  /** Of the boot image, for `image`. */
  readonly format?: string
  /** The program, and its words without those that ctys gives it itself. */
  readonly starter: string
  readonly words: readonly string[]
  /** Relative paths among the words start there; absent where there are none. */
  readonly workDirectory?: string
  /** It has a first serial line. */
  readonly serial: boolean
  /** Where its files are written; empty where that has to be said (--dir). */
  readonly directory: string
  /** Why it cannot be one of ctys, each in a sentence; none where it can. */
  readonly refusals: readonly string[]
}

export interface AdoptableData {
  readonly kind: 'adoptable'
  readonly machines: readonly Adoption[]
  /** Directories that were searched; those that were not, with the reason. */
  readonly searched: readonly string[]
  readonly unsearched: readonly Reject[]
  /** Those of other tools that the account may not look into. */
  readonly closed: readonly Reject[]
  /** The host shows the account only its own processes. */
  readonly hidden?: true
}

export interface AdoptAsk {
  /** Each with the directory its files go to. */
  readonly machines: readonly Adoption[]
  /** These directories may be made; else they are there. */
  readonly makes: boolean
  /** Local time of the call, YYYYMMDDhhmmss. */
  readonly serial: string
}

export interface AdoptedMachine {
  readonly label: string
  /** Absolute paths of what was written. */
  readonly config: string
  readonly wrapper: string
}

export interface AdoptData {
  readonly kind: 'adopt'
  readonly machines: readonly AdoptedMachine[]
  readonly notWritten: readonly NotMade[]
  /** What the host's own files now say of them. */
  readonly stored: readonly EnumeratedMachine[]
}
