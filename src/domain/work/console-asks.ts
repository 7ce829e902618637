/** What is asked of the monitor, screen, keys and console of a running machine; plain JSON. */
import type {MachineAddress} from '../machine/machine-address.js'

/** One of the two: a line of the human monitor, or a command of QMP with its arguments. */
export interface MonitorAsk {
  readonly machine: MachineAddress
  readonly line?: string
  readonly qmp?: {readonly execute: string; readonly arguments?: Readonly<Record<string, unknown>>}
}

export interface ConsoleAsk {
  readonly machine: MachineAddress
  /** `attach`: take part; `read`: attach and send nothing; `watch`: follow QEMU's log of the console, beside whoever is attached. */
  readonly mode: 'attach' | 'read' | 'watch'
}

export interface ScreenshotAsk {
  readonly machine: MachineAddress
}

export interface KeysAsk {
  readonly machine: MachineAddress
  /** Keys that are held together, by the names of QKeyCode (qapi/ui.json), one stroke after the other. */
  readonly strokes: readonly (readonly string[])[]
}

export interface ScreenAsk {
  readonly machine: MachineAddress
}
