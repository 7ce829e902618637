/** One end of a segment that spans hosts: what is asked of a host and what it answers; plain JSON. */
import type {NetAsk, NetPlaces} from './net.js'

export interface NetJoinAsk extends NetAsk {
  /** Of this end: whoever comes with it again takes the place of the one before. Hexadecimal. */
  readonly id: string
  /** Who joins, for others that want to: user and machine, without blanks. */
  readonly who: string
  /** How long the other side may give no sign of life. */
  readonly silenceMs: number
}

export interface NetJoinData {
  readonly kind: 'net-join'
  readonly network: NetPlaces
  /** Frames that came from the host, that went to it, and that were meant for it and had no room on the way. */
  readonly received: number
  readonly sent: number
  readonly dropped: number
}
