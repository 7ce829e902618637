/** NET-DOWN: asks the switch who is on it, then takes away what ctys made, the record last. */
import {CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import type {NetAsk, NetDownData} from '../../../domain/work/net.js'
import type {NetFacts} from './facts.js'
import {askHolders} from './holders.js'
import {lookAtNet} from './look.js'
import {planDown} from './plan-down.js'
import type {NetPlan} from './plan-types.js'
import {type Privilege, privilegeFor} from './privilege.js'
import {runSteps} from './run-steps.js'

export interface SeenDown {
  readonly facts: NetFacts
  readonly plan: NetPlan
  readonly privilege: Privilege
}

export const netDown = handler<'net-down', SeenDown>({
  check: ({ask}, at) => seeDown(ask, at),
  async run({ask}, at, first) {
    const done = await takeAway(ask, at, first)
    const {network, remarks, emptied} = first.plan
    const state = first.plan.steps.length === 0 ? 'absent' : 'removed'
    return {
      ...{kind: 'net-down', network, state, done, remarks: [...remarks]},
      ...(emptied !== undefined && {emptied}),
    } satisfies NetDownData
  },
})

/** What was done, each in a few words. Throws what `runSteps` throws. */
export async function takeAway(ask: NetAsk, at: HostContext, first: SeenDown): Promise<string[]> {
  const done: string[] = []
  let seen = first
  // once more, for what was made meanwhile or went before its turn
  for (let round = 1; round <= 2 && seen.plan.steps.length > 0; round++) {
    const {facts, privilege} = seen
    const fault = await runSteps(seen.plan.steps, {privilege, facts, become: ask.become}, at).then(
      (what) => void done.push(...what),
      (error: unknown) => error,
    )
    if (fault !== undefined && !(fault instanceof CtysError && fault.code === 'NET_FAILED' && round === 1)) throw fault
    seen = await seeDown(ask, at)
  }
  return done
}

/** Also what a plan shows. */
export async function seeDown(ask: NetAsk, at: HostContext): Promise<SeenDown> {
  const host = formatTarget(at.session.target)
  const facts = await lookAtNet(ask, at)
  const holders = await askHolders(facts, ask, at)
  const plan = planDown(facts, ask, {holders, host})
  return {facts, plan, privilege: privilegeFor(plan.steps, facts, ask, host)}
}
