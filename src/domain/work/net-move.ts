/**
 * An interface that carries the addresses of its host is moved into a bridge, or back, under a timer on the host: unless
 * the change is confirmed over a new connection, the host puts everything back by itself.
 */
import type {Become} from './net.js'

/** What all that begins such a change has in common. */
interface ChangeAsk {
  /** Given by who asks, so that the change can be confirmed although its beginning was not answered. */
  readonly id: string
  /** How long the host waits for the confirmation; whole seconds. */
  readonly timerMs: number
  /** Who asks, as people know him: user@machine. */
  readonly who: string
  readonly become: readonly Become[]
  /** Also where another program owns the interface, what the host needs is on storage behind it, or ports are in use. */
  readonly force?: true
  /** Part of making a network, which then takes it back as well. */
  readonly forNetwork?: true
  /** Left pending: somebody else confirms. */
  readonly leave?: true
}

export interface NetMoveAsk extends ChangeAsk {
  readonly interface: string
  readonly bridge: string
  /** Directories that must not lie on storage behind the interface, beside those that every host needs. */
  readonly needs: readonly string[]
}

/** A pending change is cancelled; without one the bridge gives its network back to the interface. */
export interface NetUndoAsk extends ChangeAsk {
  /** Absent = the only one. */
  readonly bridge?: string
}

export interface NetConfirmAsk {
  /** Absent = whichever is pending. */
  readonly id?: string
  /** Not confirmed: the host waits so long from now. */
  readonly extendMs?: number
  readonly become: readonly Become[]
}

/** `broken`: the host could not put everything back; `differs` tells what. */
export type NetPhase =
  | 'prepared'
  | 'applying'
  | 'applied'
  | 'confirming'
  | 'confirmed'
  | 'reverting'
  | 'reverted'
  | 'broken'

export interface NetChange {
  readonly id: string
  /** From the interface to the bridge, or back. */
  readonly way: 'move' | 'back'
  readonly interface: string
  readonly bridge: string
  /** Who began it, from which address, and when; seconds since 1970 by the clock of the host. */
  readonly who: string
  readonly from: string
  readonly since: number
  readonly phase: NetPhase
  /** Why the old network was put back. */
  readonly reason?: string
  /** Until the host puts the old network back. */
  readonly leftMs?: number
  /** How long the network was interrupted, as the host measured it, to ten milliseconds: by the change, and by the way back. */
  readonly interruptedMs?: number
  readonly restoredMs?: number
  /** What became of the DHCP client. */
  readonly dhcp?: string
  /** False: nobody on the host would put the old network back. */
  readonly watched: boolean
  /** What whoever confirms should know. */
  readonly hints: readonly string[]
  /** What is missing of the network that should be there. */
  readonly differs: readonly string[]
}

export interface NetMoveData {
  readonly kind: 'net-move'
  readonly change: NetChange
  /** Owners and storage that --force went over. */
  readonly forced: readonly string[]
  /** From the begin of the change until the host answered over a new connection. */
  readonly answeredMs?: number
}

export interface NetUndoData {
  readonly kind: 'net-undo'
  /** `cancelled`: the change was pending. `back`: the bridge gave back what it had. */
  readonly how: 'cancelled' | 'back'
  readonly change: NetChange
  readonly forced: readonly string[]
  readonly answeredMs?: number
}

export interface NetConfirmData {
  readonly kind: 'net-confirm'
  readonly did: 'confirmed' | 'extended'
  readonly change: NetChange
}

export interface NetPendingData {
  readonly kind: 'net-pending'
  readonly pending?: NetChange
  /** What became of the last one since the host was started. */
  readonly last?: NetChange
  /** Confirmed, and in force: each may be undone. */
  readonly moved: readonly NetChange[]
}
