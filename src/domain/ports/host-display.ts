import type {Target} from '../target.js'
import type {ClientAsk} from '../work/asks.js'

/** Where a program of a host opens its window: an X display of the machine of the call. */
export interface HostDisplay {
  /** DISPLAY of that program (X(7)); empty = as it is in the session already. */
  readonly name: string
  /** It stays as long as that process runs there, and this call is no longer needed for it. */
  keep(pid: number): void
  /** Nobody needs it, unless it is kept. */
  release(): void
}

export interface HostDisplays {
  /** Throws PreconditionError where no window of that host can be shown here, INTERRUPTED. */
  open(target: Target, ask: ClientAsk, signal: AbortSignal): Promise<HostDisplay>
}
