/** What is done to a machine that is off; each change is refused while it runs, or while others stand on its image. */

import type {MachineAddress} from '../machine/machine-address.js'
import type {EnumeratedMachine} from './answers.js'

export type Change =
  /** Looks only: which files `remove` would remove. */
  | {readonly what: 'files'}
  | {readonly what: 'remove'}
  /** The boot image grows to so many bytes. */
  | {readonly what: 'resize'; readonly size: number}
  /** Keys of the configuration get other values; an empty one takes the key out. */
  | {readonly what: 'set'; readonly settings: readonly {readonly key: string; readonly value: string}[]}
  /** The boot image is written anew, compressed. */
  | {readonly what: 'compress'}
  /** Whether the host starts it when it comes up itself. */
  | {readonly what: 'autostart'; readonly how: 'on' | 'off' | 'list'}
  /** Another machine is made of it, beside it. */
  | ({readonly what: 'clone'} & Clone)
  | {readonly what: 'snapshot'; readonly how: 'list' | 'save' | 'load' | 'delete'; readonly name: string}

export interface Clone {
  readonly label: string
  /** With hyphens, lower case. */
  readonly uuid: string
  readonly macs: readonly string[]
  readonly ip?: string
  /** `linked`: only what differs is written; the machine becomes a template, which must stay as it is. */
  readonly how: 'linked' | 'full'
  /** What cloud-init finds at the first start; absent = what the machine has, with another name and id. */
  readonly seed?: {readonly userData: string; readonly metaData: string}
  /** Names what was asked for, without what was chosen for it. */
  readonly fingerprint: string
}

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
  /** Bytes of the image, before and after it was compressed. */
  readonly used?: {readonly before: number; readonly after: number}
  /** Of `autostart`: who starts it, and whether it does. */
  readonly autostart?: {readonly by: string; readonly isOn: boolean}
  /** Of `clone`: the new machine. */
  readonly clone?: {readonly label: string; readonly state: 'made' | 'there'; readonly seed: 'new' | 'copied' | 'none'}
  /** What the host's own files now say of what was changed or made. */
  readonly stored?: readonly EnumeratedMachine[]
  /** For people, a line each. */
  readonly notes?: readonly string[]
  /** Of `snapshot`: what is there afterwards. */
  readonly snapshots?: readonly Snapshot[]
}

export interface Snapshot {
  readonly name: string
  /** As qemu-img says it. */
  readonly date: string
}
