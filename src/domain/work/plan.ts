import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Target} from '../target.js'
import type {Action} from './action.js'
import type {Outcome} from './outcome.js'

/** One action on one host. Plain JSON, complete: nothing is looked up while it runs but the host itself. */
export interface Job {
  readonly id: string
  readonly target: Target
  /** Session type in upper case, such as QEMU; names the driver. */
  readonly type: string
  readonly action: Action
  /** What the inventory said; absent = search on the host. The host is always asked again before it is changed. */
  readonly record?: InventoryRecord
  /** Limit of the whole job, connection included. */
  readonly timeoutMs: number
}

export interface Plan {
  readonly jobs: readonly Job[]
  /** What was refused before any connection. */
  readonly refused: readonly Outcome[]
}
