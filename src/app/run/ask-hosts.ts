/** Questions to hosts: verbs that only read, on targets that are known. Whatever starts or stops goes through run-tasks. */
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import type {ReadingAction} from '../../domain/work/verbs.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'

export interface HostQuestion {
  /** A session type, or `everyType`. */
  readonly type: string
  readonly action: ReadingAction
  readonly targets: readonly Target[]
}

/** One task a target, in their order. Throws UsageError for a type or verb that nobody knows. */
export function planQuestion(
  {type, action, targets}: HostQuestion,
  {registry}: Pick<AppContext, 'registry'>,
): ReadingPlan {
  const resolutions = targets.map((target) => ({ok: true, target, action}) as const)
  // the tasks of a plan have the verb of its action
  return makePlan({type, action, targets, inventoryUse: 'off'}, resolutions, registry) as ReadingPlan
}

/** Never rejects: a host that fails is an outcome. In the order of the plan. */
export function askHosts(plan: ReadingPlan, context: Parameters<typeof runPlan>[1]): Promise<readonly Outcome[]> {
  return runPlan(plan, context)
}
