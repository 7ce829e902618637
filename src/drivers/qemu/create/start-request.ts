/** What is asked of a start, and what came up. */
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {CreateAsk} from '../../../domain/work/asks.js'
import type {QemuProcess} from '../process/processes.js'

export interface StartRequest {
  /** Names this start on the host: hexadecimal digits, never used twice. */
  readonly token: string
  readonly machine: EnumeratedMachine
  readonly wrapper: string
  /** What the controller calls this host. */
  readonly called: string
  readonly options: readonly string[]
  /** Empty, `auto`, or a number. */
  readonly display: string
  /** DISPLAY of its window; empty = that of the session, if any. */
  readonly window: string
  /** The QEMU option that gives the machine a monitor of ctys' own; empty = none. */
  readonly monitor: MonitorOption | ''
  readonly running: readonly QemuProcess[]
  /** Pids of everything that was looked at and is not the machine. */
  readonly judged: readonly number[]
  readonly timeoutMs: number
}

/** `monitor` is the human one, for QEMU before 0.13: QMP was not finished there. */
export type MonitorOption = 'qmp' | 'monitor'

export interface Started {
  readonly pid: number
  readonly launcher: string
  readonly since: string
  readonly log: string
  readonly lease: string
  /** Something of another user lies where the log belongs: whose, and where. The log is elsewhere. */
  readonly inWay?: string
  /** What tells the start apart from others no longer: found by what it is, and by its start time. */
  readonly proven?: {readonly pid: number; readonly startTime: string}
  /** What the user should know of it. */
  readonly remarks: readonly string[]
}

/** A start that is on its way. `endAt`: Date.now() at its end. */
export interface Settling {
  readonly action: CreateAsk
  readonly machine: EnumeratedMachine
  readonly wrapper: string
  readonly token: string
  readonly endAt: number
}
