/** What a look at the QEMU processes of a host yields. */
import type {Unseen} from '../../../domain/machine/list-doubt.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {CommandLine, MonitorSocket} from './command-line.js'
import type {Manager} from './managers.js'

/** One running QEMU of a host. Strings come from the host and are hostile; unknown ones are empty. */
export interface QemuProcess {
  readonly pid: number
  /** As the host's table gives it: ticks since boot, or the text of `lstart`. With the pid it names one process. */
  readonly startTime: string
  readonly exePath: string
  readonly argv: readonly string[]
  readonly commandLine: CommandLine
  readonly uid: string
  readonly gid: string
  readonly user: string
  readonly group: string
  readonly cwd: string
  /** Of the configuration when there is one, else the name QEMU was given. */
  readonly label: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  /** Upper case, colons. */
  readonly macs: readonly string[]
  readonly vncDisplay: string
  /** Address VNC listens on; empty = every address (QEMU's default) when vncDisplay is set. */
  readonly vncHost: string
  /** Absolute paths, QMP first. */
  readonly monitorSockets: readonly MonitorSocket[]
  /** Absolute path of the boot image, or empty. */
  readonly imagePath: string
  /** Absolute paths of all its disks that are files or devices of the host, the boot image first. */
  readonly disks: readonly string[]
  /** KVM, QEMU (emulation), the name of another one in upper case, or `unknown`. */
  readonly accelerator: string
  readonly arch: string
  /** Its paths are not those of the host: it runs in a container, or in another mount namespace. */
  readonly isolated: boolean
  /** Its open files can be read. */
  readonly filesShown: boolean
  readonly cgroup: string
  /** Its configuration could not be looked for, because files that its user names hang, or are too many. */
  readonly unread: boolean
  /** There only for a machine whose configuration the naming rules of ctys find, and that is more than a claim. */
  readonly config?: {readonly path: string; readonly machine: EnumeratedMachine}
  /** The configuration its words point to, where nothing else says that it is that machine. */
  readonly claims?: string
  /** What says so beside its own words. */
  readonly proof: Proof
  /** Who runs it, where that is not ctys. */
  readonly manager?: Manager
}

/**
 * `disk`: it has the image open. `user`: it runs as root, or as the user whose configuration or image it is. `manager`:
 * its cgroup is one that only a manager of machines makes. `none`: its words alone.
 */
export type Proof = 'disk' | 'user' | 'manager' | 'none'

export interface SeenProcesses {
  /** Sorted by pid. */
  readonly processes: readonly QemuProcess[]
  /** Device models of Xen: their machines are Xen's. */
  readonly deviceModels: readonly {readonly pid: number; readonly name: string}[]
  /** Every process that was looked at, QEMU or not. */
  readonly judged: readonly number[]
  /** Boot id and PID namespace of the host, or empty: two names with the same one are one host. */
  readonly hostId: string
  /** The host shows this account only its own processes: there may be more. */
  readonly hidden: boolean
  /** Configurations that were suspended on this host; whether they still are, their images know. */
  readonly suspended: readonly string[]
  /** Users of whom not every process was looked at. */
  readonly unseen: readonly Unseen[]
  /** One of these processes is unread. */
  readonly wedged: boolean
  /** The host said it to its end; else there may be more. */
  readonly isWhole: boolean
}
