import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Target} from '../target.js'
import type {Outcome} from './outcome.js'
import type {Ask, ReadingVerb, Verb} from './verbs.js'

/** One verb on one host. Plain JSON, complete: nothing is looked up while it runs but the host itself. */
export interface TaskOf<V extends Verb> {
  readonly id: string
  readonly target: Target
  /** Session type in upper case, such as QEMU; names the driver. */
  readonly type: string
  readonly verb: V
  readonly ask: Ask<V>
  /** What the inventory said; absent = search on the host. The host is always asked again before it is changed. */
  readonly record?: InventoryRecord
  /** The other hosts on which the inventory knows the machine, for messages. */
  readonly knownOn?: readonly string[]
  /** Processes of other hosts that call themselves this machine and were not taken for it, a line each. */
  readonly saw?: readonly string[]
  /** What has to end before it begins; absent = nothing. */
  readonly after?: After
  /** Limit of the whole task in milliseconds, connection included. */
  readonly timeoutMs: number
}

export interface After {
  /** Ids of tasks that stand before this one in the plan. */
  readonly tasks: readonly string[]
  /** Whether they have to succeed too. */
  readonly mustSucceed: boolean
}

/** A union, so that `switch (task.verb)` narrows `ask`. */
export type Task = {[V in Verb]: TaskOf<V>}[Verb]

export interface Plan {
  readonly tasks: readonly Task[]
  /** What was refused before any connection. */
  readonly refused: readonly Outcome[]
}

/** A plan that changes no host. */
export interface ReadingPlan extends Plan {
  readonly tasks: readonly {[V in ReadingVerb]: TaskOf<V>}[ReadingVerb][]
}
