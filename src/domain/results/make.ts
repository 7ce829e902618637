import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'
import type {RunResult} from './run.js'
import type {Shown} from './shown.js'

/** Machines that were made: an outcome for each task and refusal, in the order of the plan. */
export interface MakeResult extends Shown {
  readonly kind: 'make'
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** How they were started, where that was asked for and there were any. */
  readonly started?: RunResult
}
