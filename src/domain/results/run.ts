import type {ClassicDisplay} from '../inventory/record-output.js'
import type {TaskCollision} from '../machine/collision.js'
import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'
import type {ShadowedHost, Shown} from './shown.js'

/** What is known before a task runs. */
export interface Prepared extends Shown {
  readonly plan: Plan
  /** A warning and no refusal: the inventory may be old, and the other machine be off. */
  readonly collisions: readonly TaskCollision[]
  /** The host a machine is acted on where the user named none and there are several. */
  readonly chosen: readonly ChosenHost[]
  readonly shadowed?: readonly ShadowedHost[]
  /** What the words of a classic LIST or ENUMERATE say of its layout. */
  readonly display?: ClassicDisplay
}

export interface ChosenHost {
  readonly host: string
  /** The reason. */
  readonly because: string
  /** For which machine, where there are several. */
  readonly machine?: string
}

/** What was done: the plan without what was refused, and an outcome for each task and refusal, in their order. */
export interface RunResult extends Prepared {
  readonly kind: 'run'
  readonly outcomes: readonly Outcome[]
  /** All pictures of screens in one: PNG in base64, empty where it was written to `file`. */
  readonly sheet?: Sheet
}

export interface Sheet {
  readonly png: string
  /** Absolute path on this machine. */
  readonly file?: string
}

/** What hosts were asked, and what they answered. */
export function answersResult(plan: Plan, outcomes: readonly Outcome[]): RunResult {
  return {kind: 'run', plan, outcomes, collisions: [], chosen: []}
}

/** What would be done. */
export interface PlanResult extends Prepared {
  readonly kind: 'plan'
  /** Hosts that are asked before a start whether the machine runs there, by the target of the start. */
  readonly asked: readonly AskedBefore[]
}

export interface AskedBefore {
  readonly host: string
  readonly hosts: readonly string[]
}

/** The plan of questions, which nothing warns of. */
export function planResult(plan: Plan): PlanResult {
  return {kind: 'plan', plan, collisions: [], chosen: [], asked: []}
}
