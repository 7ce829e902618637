import type {Duplex} from 'node:stream'
import type {ClientAsk, ClientConsole} from '../work/asks.js'
import type {ConsoleEnd} from '../work/console-answers.js'

/** A console of a machine that is open, and proven to be of that machine. */
export interface OpenConsole {
  /** Bytes of the console; what is written is typed. The stream belongs to whoever opened it. */
  readonly stream: Duplex
  /** The machine and its host, for people. */
  readonly title: string
  /** Absent: it may be typed. Else the reason why nothing is sent. */
  readonly readOnly?: string
  /** What QEMU itself keeps of it; absent where it keeps nothing, and while the log itself is followed. */
  readonly record?: ConsoleRecord
  /** Resolves when another ctys asks for the console, with who that is, or empty. Never rejects. */
  readonly wanted?: Promise<string>
  /** The machine ends with it. */
  readonly coupled?: true
  /** What can be asked of the machine beside typing. They reject with CtysError when it is not done. */
  act(what: ConsoleAct): Promise<void>
  /** A line for the human monitor, and its answer. */
  monitor(line: string): Promise<string>
  /** The screen as PNG. */
  picture(): Promise<Buffer>
}

export type ConsoleAct = 'break' | 'ctrlAltDel' | 'powerButton'

/**
 * QEMU's own log of a console: every byte that it wrote there, whether somebody was attached or not. Numbers count bytes
 * from its beginning.
 */
export interface ConsoleRecord {
  /** Inode of the file, and process of the QEMU. */
  readonly file: string
  readonly pid: number
  /** A new QEMU goes on behind what is there. */
  readonly appends: boolean
  /** The first byte of the stream stands at one of these places: in between, bytes came while it was opened. */
  readonly from: {readonly least: number; readonly most: number}
  /** Fewer bytes where there are no more. Rejects with CtysError. */
  read(from: number, count: number): Promise<Buffer>
}

/** The person, or the script, on this side of a console. */
export interface ConsoleClient {
  /** Joins both until one of them leaves. Rejects with ActionError NOT_SEEN when what a script waits for did not come. */
  join(console: OpenConsole, signal: AbortSignal): Promise<ConsoleLeft>
}

export interface ConsoleLeft {
  readonly ended: ConsoleEnd
  /** Of `taken`: who took it, or empty. */
  readonly by?: string
}

/** The screen of a machine: each call opens a connection to its VNC server (RFC 6143), which belongs to the caller. */
export interface OpenScreen {
  readonly title: string
  /** Resolves when another ctys asks for it, with who that is, or empty. Never rejects. */
  readonly wanted?: Promise<string>
  open(): Promise<Duplex>
}

/** Whoever wants to see a screen: a viewer on this machine. */
export interface ScreenClient {
  /** Shows it until the person leaves, or it is wanted. Throws CtysError when there is no viewer. */
  show(screen: OpenScreen, signal: AbortSignal): Promise<void>
  /** What a person types unseen; undefined when nothing was. Absent where nobody can be asked. */
  readonly secret?: (question: string) => Promise<string | undefined>
}

/** A console of several that are opened together. */
export interface ConsoleSeat {
  /** For people, each another one. */
  readonly name: string
  /** As it is typed. */
  readonly host: string
  readonly machine: string
}

/** Where several consoles are seen beside each other. */
export interface ConsoleWindows {
  /** Resolves when they are closed, or stay where somebody sees them. Throws PreconditionError where there is no place. */
  open(seats: readonly ConsoleSeat[]): Promise<void>
}

/** Who starts clients of consoles on this machine. */
export interface ConsoleClients {
  /** Why none of that type can be shown here; undefined when it can. */
  lack(type: ClientConsole, ask: ClientAsk): string | undefined
  /** Resolves when the client is left, or is there and outlives the call. Throws PreconditionError. */
  open(type: ClientConsole, seat: ConsoleSeat, ask: ClientAsk, signal: AbortSignal): Promise<void>
}
