import type {HostStream} from './host-stream.js'

/** One end of a segment that spans hosts: a switch of a host, and a stream of its frames as vde_plug(1) speaks it. */
export interface PluggedEnd {
  /** For people. */
  readonly host: string
  /** It belongs to whoever opened it. */
  readonly stream: HostStream
  /** Tells how much was carried, now and then. */
  readonly note: (text: string) => void
}

export interface Carried {
  /** `left`: the signal fired. `silent`: no sign of life came. `closed`: the other side ended it, or lost its step. */
  readonly ended: 'left' | 'silent' | 'closed'
  /** For people. */
  readonly reason: string
  /** Frames that came from the host, that went to it, and that were meant for it and had no room. */
  readonly received: number
  readonly sent: number
  readonly dropped: number
}

/** Whoever carries frames between the ends of one segment. */
export interface FrameCarrier {
  /** Until the end is gone, or the signal fires. Never rejects. */
  carry(end: PluggedEnd, signal: AbortSignal): Promise<Carried>
}
