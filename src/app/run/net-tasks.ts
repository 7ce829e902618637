/** Tasks that make and remove networks of hosts. They are about no machine: no guard against second copies is needed. */
import {everyType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {ActionOf} from '../../domain/work/verbs.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'

type NetVerb =
  | 'net-up'
  | 'net-down'
  | 'net-plan'
  | 'net-status'
  | 'net-switch'
  | 'net-diff'
  | 'net-apply'
  | 'net-join'
  | 'net-underlay'
  | 'net-move'
  | 'net-undo'

/** Of one host. */
export interface NetWork {
  readonly target: Target
  readonly action: {[V in NetVerb]: ActionOf<V>}[NetVerb]
}

/** One task for each host, in their order. */
export function planNet(work: readonly [NetWork, ...NetWork[]], {registry}: Pick<AppContext, 'registry'>): Plan {
  const resolutions = work.map(({target, action}) => ({ok: true, target, action}) as const)
  const targets = work.map(({target}) => target)
  return makePlan({type: everyType, action: work[0].action, targets, inventoryUse: 'off'}, resolutions, registry)
}

/** Never rejects: a host that fails is an outcome. */
export function runNet(plan: Plan, context: AppContext): Promise<readonly Outcome[]> {
  return runPlan(plan, context)
}
