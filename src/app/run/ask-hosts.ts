/** Questions to hosts: verbs that only read, on targets that are known. Whatever starts or stops goes through run-tasks. */
import {toErrorInfo} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Result} from '../../domain/results/result.js'
import type {Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import type {ReadingAction} from '../../domain/work/verbs.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'
import {unaskableHost} from '../targets/host-target.js'
import {withPreview} from './with-preview.js'

export interface HostQuestion {
  /** A session type, or `everyType`. */
  readonly type: string
  readonly action: ReadingAction
  readonly targets: readonly Target[]
  /** Names of the inventory that no host can have. */
  readonly unaskable?: readonly string[]
}

/** One task a target, in their order. Throws UsageError for a type or verb that nobody knows. */
export function planQuestion(
  {type, action, targets, unaskable = []}: HostQuestion,
  {registry}: Pick<AppContext, 'registry'>,
): ReadingPlan {
  const resolutions = [
    ...targets.map((target) => ({ok: true, target, action}) as const),
    ...unaskable.map((host) => ({ok: false, target: {host}, error: toErrorInfo(unaskableHost(host))}) as const),
  ]
  // the tasks of a plan have the verb of its action
  return makePlan({type, action, targets, inventoryUse: 'off'}, resolutions, registry) as ReadingPlan
}

/** Never rejects: a host that fails is an outcome. In the order of the plan. */
export function askHosts(plan: ReadingPlan, context: Parameters<typeof runPlan>[1]): Promise<readonly Outcome[]> {
  return runPlan(plan, context)
}

/** The result that is made of the answers, and shown as it stands while a person waits for the rest. */
export async function answer<R extends Result>(
  plan: ReadingPlan,
  context: Parameters<typeof runPlan>[1] & Pick<AppContext, 'preview'>,
  make: (outcomes: readonly Outcome[]) => R,
): Promise<R> {
  return make(await askHosts(plan, withPreview(plan, context, make)))
}
