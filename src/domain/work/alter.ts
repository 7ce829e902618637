/** What is done to a machine that is off; each change is refused while it runs, or while others stand on its image. */
import type {MachineAddress} from '../machine/machine-address.js'

export type Change =
  /** Looks only: which files `remove` would remove. */
  | {readonly what: 'files'}
  | {readonly what: 'remove'}
  /** The boot image grows to so many bytes. */
  | {readonly what: 'resize'; readonly size: number}
  | {readonly what: 'snapshot'; readonly how: 'list' | 'save' | 'load' | 'delete'; readonly name: string}

export interface AlterAsk {
  readonly machine: MachineAddress
  readonly change: Change
}

export interface AlterData {
  readonly kind: 'alter'
  readonly what: Change['what']
  readonly label: string
  /** Path of the configuration. */
  readonly id: string
  /** Files that are, or were, removed; of the other changes the boot image. */
  readonly files: readonly string[]
  /** What lies in the directory and is not the machine's. */
  readonly kept: readonly string[]
  /** Bytes of the disk, after a resize. */
  readonly size?: number
  /** Of `snapshot`: what is there afterwards. */
  readonly snapshots?: readonly Snapshot[]
}

export interface Snapshot {
  readonly name: string
  /** As qemu-img says it. */
  readonly date: string
}
