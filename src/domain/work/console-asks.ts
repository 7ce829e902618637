/** What is asked of the monitor, screen, keys and console of a running machine; plain JSON. */
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {MachineAddress} from '../machine/machine-address.js'

/** One of the two: a line of the human monitor, or a command of QMP with its arguments. */
export interface MonitorAsk {
  readonly machine: MachineAddress
  readonly line?: string
  readonly qmp?: {readonly execute: string; readonly arguments?: Readonly<Record<string, unknown>>}
}

/**
 * `ask`: another ctys is asked to let go; `clients`: each that is on the console, and each that shows the screen; `force`: a
 * client that is no ctys is ended, never an ssh session.
 */
export type Taking = 'ask' | 'clients' | 'force'

export interface ConsoleAsk {
  readonly machine: MachineAddress
  /** `attach`: take part; `read`: attach and send nothing; `watch`: follow QEMU's log of the console, beside whoever is attached. */
  readonly mode: 'attach' | 'read' | 'watch'
  /** Whoever is on it is made to let go. */
  readonly take?: Taking
  /** The machine ends with it, however it ends. */
  readonly coupled?: true
  /** Who it is, for others that want the console: user and machine, without control characters. */
  readonly who: string
}

export interface ScreenshotAsk {
  /** `all`: every machine that runs on the host. */
  readonly machine: MachineAddress | 'all'
  /** Further ones on the same host, each with what is recorded of it. */
  readonly more?: readonly {readonly machine: MachineAddress; readonly record?: InventoryRecord}[]
}

export interface KeysAsk {
  readonly machine: MachineAddress
  /** Keys that are held together, by the names of QKeyCode (qapi/ui.json), one stroke after the other. */
  readonly strokes: readonly (readonly string[])[]
}

export interface MediaAsk {
  readonly machine: MachineAddress
  /** Absent: they are only listed. `drive` may be left out where there is one removable drive. */
  readonly change?:
    | {
        readonly do: 'insert'
        readonly drive?: string
        /** Absolute path on the host. */
        readonly file: string
        /** As QEMU names it, such as `raw`: it is never guessed of what a guest may have written. */
        readonly format: string
      }
    | {readonly do: 'eject'; readonly drive?: string; readonly force: boolean}
}

export interface ForwardAsk {
  readonly machine: MachineAddress
  /** Of the guest, at the address that is recorded of it. */
  readonly port: number
}

export interface ScreenAsk {
  readonly machine: MachineAddress
  /** Who it is, for others that want it: user and machine, without control characters. */
  readonly who: string
  readonly take?: Extract<Taking, 'clients'>
}
