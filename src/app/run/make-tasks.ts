/**
 * Tasks that make machines, behind those that bring their images, or files of machines that are there. They start nothing
 * and stop nothing, and what exists is left alone on the host itself: no guard against second copies is needed.
 */
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {AdoptAsk} from '../../domain/work/adopt.js'
import type {ImageAsk} from '../../domain/work/image.js'
import type {MakeAsk} from '../../domain/work/make.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import type {Action} from '../../domain/work/verbs.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'

/** Of one host. */
export interface MakeWork {
  readonly target: Target
  readonly ask: MakeAsk
  /** What has to be there first. */
  readonly image?: ImageAsk | undefined
}

/**
 * Each image goes to each host once, in front of the machines that are made of it. Throws UsageError for a type that makes
 * none.
 */
export function planMaking(type: string, work: readonly MakeWork[], {registry}: AppContext): Plan {
  let last = 0
  const plan = (target: Target, action: Action): readonly Task[] => {
    const request = {type, action, targets: [target], ids: [String(++last)], inventoryUse: 'off'} as const
    return makePlan(request, [{ok: true, target, action}], registry).tasks
  }
  const images = new Map<string, readonly Task[]>()
  const keyOf = (target: Target, {base, name}: ImageAsk) => JSON.stringify([formatTarget(target), base, name])
  for (const {target, image} of work) {
    if (image === undefined || images.has(keyOf(target, image))) continue
    images.set(keyOf(target, image), plan(target, {verb: 'image', ask: image}))
  }
  const makes = work.flatMap(({target, ask, image}) => {
    const before = image === undefined ? [] : (images.get(keyOf(target, image)) ?? [])
    const after = before.length > 0 && {after: {tasks: before.map(({id}) => id), mustSucceed: true}}
    return plan(target, {verb: 'make', ask}).map((task) => ({...task, ...after}))
  })
  return {tasks: [...[...images.values()].flat(), ...makes], refused: []}
}

/** Of one host. */
export interface AdoptWork {
  readonly target: Target
  readonly ask: AdoptAsk
}

/** One task for each host, in their order. */
export function planAdopting(type: string, work: readonly [AdoptWork, ...AdoptWork[]], {registry}: AppContext): Plan {
  const targets = work.map(({target}) => target)
  const action = (ask: AdoptAsk) => ({verb: 'adopt', ask}) as const
  const resolutions = work.map(({target, ask}) => ({ok: true, target, action: action(ask)}) as const)
  return makePlan({type, action: action(work[0].ask), targets, inventoryUse: 'off'}, resolutions, registry)
}

/** Never rejects: a host that fails is an outcome. */
export function runMaking(plan: Plan, context: AppContext): Promise<readonly Outcome[]> {
  return runPlan(plan, context)
}
