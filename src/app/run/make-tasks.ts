/**
 * Tasks that make machines. They start nothing and stop nothing, and what exists is left alone on the host itself: no
 * guard against second copies is needed.
 */
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {MakeAsk} from '../../domain/work/make.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'

/** Of one host. */
export interface MakeWork {
  readonly target: Target
  readonly ask: MakeAsk
}

/** One task for each host, in their order. Throws UsageError for a type that makes none. */
export function planMaking(type: string, work: readonly [MakeWork, ...MakeWork[]], {registry}: AppContext): Plan {
  const targets = work.map(({target}) => target)
  const action = (ask: MakeAsk) => ({verb: 'make', ask}) as const
  const resolutions = work.map(({target, ask}) => ({ok: true, target, action: action(ask)}) as const)
  return makePlan({type, action: action(work[0].ask), targets, inventoryUse: 'off'}, resolutions, registry)
}

/** Never rejects: a host that fails is an outcome. */
export function runMaking(plan: Plan, context: AppContext): Promise<readonly Outcome[]> {
  return runPlan(plan, context)
}
