import type {Duplex} from 'node:stream'
import type {ConsoleEnd} from '../work/console-answers.js'

/** A console of a machine that is open, and proven to be of that machine. */
export interface OpenConsole {
  /** Bytes of the console; what is written is typed. The stream belongs to whoever opened it. */
  readonly stream: Duplex
  /** The machine and its host, for people. */
  readonly title: string
  /** Absent: it may be typed. Else the reason why nothing is sent. */
  readonly readOnly?: string
  /** What can be asked of the machine beside typing. Rejects with CtysError when it is not done. */
  act(what: ConsoleAct): Promise<void>
}

export type ConsoleAct = 'break' | 'ctrlAltDel' | 'powerButton'

/** The person, or the script, on this side of a console. */
export interface ConsoleClient {
  /** Joins both until one of them leaves. */
  join(console: OpenConsole, signal: AbortSignal): Promise<ConsoleEnd>
}

/** The screen of a machine: each call opens a connection to its VNC server (RFC 6143), which belongs to the caller. */
export interface OpenScreen {
  readonly title: string
  open(): Promise<Duplex>
}

/** Whoever wants to see a screen: a viewer on this machine. */
export interface ScreenClient {
  /** Shows it until the person leaves. Throws CtysError when there is no viewer. */
  show(screen: OpenScreen, signal: AbortSignal): Promise<void>
}
