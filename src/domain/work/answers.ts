/** What the verbs of src/domain/work/verbs.ts answer: plain JSON, told apart by `kind`. */

import type {LeftAlone} from '../machine/left-alone.js'
import type {Unseen} from '../machine/list-doubt.js'
import type {Neighbour} from '../network/network-entry.js'
import type {HolderState} from './lease.js'
import type {MachineState, RunningMachine, SuspendedMachine} from './running-machine.js'

export type {MachineState, RunningMachine, SuspendedMachine} from './running-machine.js'

export interface CreateData {
  readonly kind: 'create'
  /** True when the machine was running before and nothing was started. */
  readonly reused: boolean
  readonly machine: RunningMachine
  readonly log: string
  /** How long it took from its start until its console said what was waited for. */
  readonly readyMs?: number
  /** It goes on: from the saved state of a suspend, which is removed, or, reused, from where it had been stopped. */
  readonly resumed?: true
  /** How its wrapper was called, without what ctys adds for itself; there when it was asked for and called. */
  readonly call?: readonly string[]
  /** Its console was left meanwhile, and it ended with it. */
  readonly endedWithConsole?: true
  /** How it can be looked at: its serial console, its screen. Absent where it ran before. */
  readonly ways?: readonly ('console' | 'vnc')[]
  /** What was asked for and is not so although the machine runs; exit 4. Absent where all of it is. */
  readonly notDone?: readonly NotDone[]
  /** What was done or left that nobody asked for, each in a sentence. */
  readonly remarks?: readonly string[]
}

export interface NotDone {
  /** The part of the call, such as `console vnc` or `bootmode PXE`. */
  readonly asked: string
  readonly reason: string
  /** The next command or step. */
  readonly hint?: string
}

export interface CancelData {
  readonly kind: 'cancel'
  /** One for each machine that was acted on; `all` may find none. */
  readonly machines: readonly CancelledMachine[]
  /** Of `all`: machines that run and were left alone, because ctys does not run them, or another user does. */
  readonly leftAlone?: readonly LeftAlone[]
  /** Of `all`: the host hides the processes of other users; machines of theirs may run there. */
  readonly hidden?: true
  /** Of `all`: as in ListData. */
  readonly unseen?: readonly Unseen[]
  /** What was done with networks that had been made for these machines, each in a sentence. */
  readonly networks?: readonly string[]
  /** As in ListData. */
  readonly hostId?: string
}

export interface CancelledMachine {
  readonly label: string
  readonly id: string
  readonly uuid: string
  readonly pid: number
  /** What was observed at the end. */
  readonly state: MachineState | 'gone'
  /** The step of the ladder that did it. */
  readonly step: CancelStep
  readonly ms: number
}

export type CancelStep =
  | 'powerButton'
  | 'powerButtonAgain'
  | 'guestAgent'
  | 'quit'
  | 'SIGTERM'
  | 'SIGKILL'
  | 'reset'
  | 'pause'
  | 'resume'
  | 'suspend'
  | 'none'

export interface ListData {
  readonly kind: 'list'
  readonly machines: readonly RunningMachine[]
  /** Machines that do not run, and go on from a saved state when they are resumed; absent when there are none. */
  readonly suspended?: readonly SuspendedMachine[]
  /** The host shows the account only its own processes: machines of other users may run there, unseen. */
  readonly hidden?: true
  /** A file system hangs, so not every configuration was read: some machines have no `id`, some no `uuid`. */
  readonly wedged?: true
  /** Users of whom not every process was looked at. Absent where there are none. */
  readonly unseen?: readonly Unseen[]
  /** Of the holder that was asked about. */
  readonly holder?: HolderState
  /** Boot id and PID namespace: two names with the same one are one host. Absent where the host does not show them. */
  readonly hostId?: string
  /** The host itself; there when it was asked for and said what it is. */
  readonly host?: ListedHost
}

/** A host as the classic LIST shows it, type PM. Unknown facts are empty. */
export interface ListedHost {
  /** Only when its own file gives one. */
  readonly label: string
  /** The host's own file, /etc/ctys.d/pm.conf, when there is one. */
  readonly id: string
  readonly uuid: string
  /** Of the interface with the gateway, else of the first one with an address. */
  readonly mac: string
  readonly tcp: string
  readonly ifName: string
  /** Kernel and its release, such as Linux-6.1.0-18-amd64. */
  readonly system: string
  /** Such as debian-12.11. */
  readonly distribution: string
  /** HVM when its processors can run guests, else PARA. */
  readonly accelerator: string
  readonly arch: string
}

/** A configuration file, or the interface of one, as the host's script found and our parser read it. */
export interface EnumeratedMachine {
  readonly type: string
  readonly label: string
  /** Absolute path of the configuration file. */
  readonly id: string
  readonly uuid: string
  /** The disk images beside it, as InventoryRecord.disks names them; absent where nobody looked. */
  readonly disks?: readonly string[]
  /** Absolute paths of the images that its configuration names; absent where it names none. */
  readonly images?: readonly string[]
  /** Of a bare image: its format, as QEMU calls it, and the image it stands on. */
  readonly format?: string
  readonly backing?: string
  /** The script or image that this machine was made of, and that is no other one therefore. */
  readonly adopted?: string
  /** InventoryRecord.suspended; absent where it is not, or where nobody looked. */
  readonly suspended?: string
  /** Everything the file says, by inventory field; one entry for each interface. */
  readonly interfaces: readonly Readonly<Record<string, string>>[]
}

export interface Reject {
  readonly path: string
  /** 1-based; 0 when the fault concerns the whole file. */
  readonly line: number
  readonly reason: string
}

export interface EnumerateData {
  readonly kind: 'enumerate'
  readonly machines: readonly EnumeratedMachine[]
  readonly rejects: readonly Reject[]
  /** Configuration files seen, whether read or rejected. */
  readonly files: number
  /** Files left out on purpose (MAGICID-IGNORE, MAGICID-NOENUM). */
  readonly ignored: number
  /** Roots that were really searched, absolute. */
  readonly searched: readonly string[]
  /** Roots that could not be searched (missing, unreadable, wedged), with the reason. */
  readonly unsearched: readonly Reject[]
  /** Directories where other tools keep their configurations that were searched, or are not there. */
  readonly places?: readonly string[]
  /** Those of them that this account may not look into: machines may be there. */
  readonly closed?: readonly Reject[]
  /** Symbolic links below the roots, to directories or named like configurations: what is behind them was not searched. */
  readonly links?: readonly string[]
  /** Files whose content did not travel, because the last scan knew them. */
  readonly unchanged?: number
  /** Machines seen of session types that were not asked for, by type. */
  readonly otherTypes?: Readonly<Record<string, number>>
}

export interface ProbeFinding {
  readonly name: string
  readonly ok: boolean
  readonly value: string
  /** What to do when it is not ok. */
  readonly remedy?: string
}

export interface ProbeData {
  readonly kind: 'probe'
  readonly hostname: string
  readonly os: string
  readonly arch: string
  /** QEMU binaries by guest architecture. */
  readonly hypervisors: readonly {readonly arch: string; readonly path: string; readonly version: string}[]
  /** Accelerators that were proven to be usable. */
  readonly accelerators: readonly string[]
  readonly memoryMiB: {readonly total: number; readonly free: number}
  readonly diskMiB: readonly {readonly path: string; readonly total: number; readonly free: number}[]
  readonly findings: readonly ProbeFinding[]
}

export interface NeighboursData {
  readonly kind: 'neighbours'
  /** Whose table it is: `ip neigh`, /proc/net/arp or `arp -an`. */
  readonly tool: 'ip' | 'proc' | 'arp'
  readonly neighbours: readonly Neighbour[]
  /** Lines of the table that could not be read, counted from 1. */
  readonly rejects: readonly {readonly line: number; readonly reason: string}[]
}
