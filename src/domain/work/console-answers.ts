/** What the monitor, screen, keys and console of a running machine answer: plain JSON, told apart by `kind`. */
import type {ErrorInfo} from '../errors.js'
import type {MachineState} from './answers.js'

/** Which machine it was. */
export interface SeenMachine {
  readonly label: string
  /** Path of its configuration, or empty. */
  readonly id: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  readonly pid: number
}

export interface MonitorData extends SeenMachine {
  readonly kind: 'monitor'
  /** Text of the human monitor, or what QMP returned. */
  readonly reply: unknown
}

export interface ScreenshotData {
  readonly kind: 'screenshot'
  readonly pictures: readonly ScreenPicture[]
  /** Machines of which there is none, where several were asked for. */
  readonly notShown: readonly {readonly machine: string; readonly error: ErrorInfo}[]
}

export interface ScreenPicture extends SeenMachine {
  readonly state: MachineState
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** The picture as PNG in base64; empty where it was written to `file`. */
  readonly png: string
  /** Absolute path on this machine. */
  readonly file?: string
}

export interface KeysData extends SeenMachine {
  readonly kind: 'keys'
  /** How many strokes were sent. */
  readonly strokes: number
}

export interface ConsoleData extends SeenMachine {
  readonly kind: 'console'
  /** Why it is over. */
  readonly ended: ConsoleEnd
  /** Of `taken`: who took it, or empty. */
  readonly by?: string
  /** The machine was ended with its console. */
  readonly coupled?: true
}

/**
 * `detached`: the person left, or the script had sent all. `closed`: QEMU closed the console, as it does when the machine
 * ends. `matched`: what a script waited for was seen. `taken`: another ctys asked for the console.
 */
export type ConsoleEnd = 'detached' | 'closed' | 'matched' | 'taken'

export interface MediaData extends SeenMachine {
  readonly kind: 'media'
  /** Removable drives; after a change the one that was changed. */
  readonly drives: readonly MediaDrive[]
  readonly done?: 'insert' | 'eject'
}

export interface MediaDrive {
  /** As the monitor calls it. */
  readonly name: string
  /** Path of what lies in it, or empty. */
  readonly medium: string
  /** The guest keeps it. */
  readonly locked: boolean
  /** Its tray is open. */
  readonly open: boolean
}

export interface ForwardData extends SeenMachine {
  readonly kind: 'forward'
  readonly port: number
}

export interface ScreenData extends SeenMachine {
  readonly kind: 'screen'
  /** Another ctys asked for it: who that is, or empty. Absent: it was left. */
  readonly takenBy?: string
}
