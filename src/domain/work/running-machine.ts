/** A machine as its host shows it now. */

/**
 * QEMU's own names (RunState of qapi/run-state.json), but `crashed` for internal-error. `suspended`: the guest sleeps in
 * S3. `io-error`: QEMU stopped it because its disk is full or broken. `running (no monitor)`: the process runs, and there
 * is no monitor to ask. `unknown`: it could not be asked; it never means off.
 */
export type MachineState =
  | 'running'
  | 'running (no monitor)'
  | 'paused'
  | 'suspended'
  | 'io-error'
  | 'watchdog'
  | 'save-vm'
  | 'restore-vm'
  | 'debug'
  | 'colo'
  | 'postmigrate'
  | 'inmigrate'
  | 'finish-migrate'
  | 'prelaunch'
  | 'shutdown'
  | 'crashed'
  | 'guest-panicked'
  | 'unknown'

/** One running hypervisor process as LIST shows it. */
export interface RunningMachine {
  readonly type: string
  readonly label: string
  /** Configuration path for a machine of ctys, empty for a foreign one. */
  readonly id: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  readonly macs: readonly string[]
  readonly tcps: readonly string[]
  readonly vncDisplay: string
  /** Client access port of VNC, 5900 + display, or empty. */
  readonly cport: string
  /** Monitor socket, or empty. */
  readonly sport: string
  readonly pid: number
  /** Start time as the host's process table gives it; with the pid it names one process for good. */
  readonly startTime: string
  readonly uid: string
  readonly gid: string
  readonly exePath: string
  readonly version: string
  readonly accelerator: string
  readonly arch: string
  readonly state: MachineState
  /** A machine of ctys: started from a VM directory that follows its naming rules, with evidence beside its own words. */
  readonly managed: boolean
  /** Boot image as the host has it; absent when it is no file. */
  readonly disk?: string
  /** What says that it is what it calls itself; absent where nobody looked. */
  readonly proof?: MachineProof
  /** Who runs it, such as `libvirt`; absent for machines of ctys, and when it is not known. */
  readonly manager?: string
  /** That manager's own command to shut it down, or empty. */
  readonly managerCommand?: string
  /** Its paths are not those of the host: it runs in a container, or in another mount namespace. */
  readonly isolated?: true
}

/** A machine whose memory lies in its image. */
export interface SuspendedMachine {
  readonly label: string
  /** Path of the configuration. */
  readonly id: string
  readonly uuid: string
  readonly image: string
  /** When it was saved, as the host says it; empty where it does not. */
  readonly since: string
}

/**
 * `disk`: it has the image open for writing. `monitor`: its monitor answers with its UUID or name. `user`: it runs as
 * root, or as the owner of the machine's configuration or image. `manager`: a manager of machines made its cgroup.
 * `none`: its words alone.
 */
export type MachineProof = 'disk' | 'monitor' | 'user' | 'manager' | 'none'
