/**
 * NET-UP: looks, does what is missing, and looks again until nothing is. Two that do it at the same time end with one
 * network: whoever finds that the host has moved looks again.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {isDeepStrictEqual} from 'node:util'
import type {ErrorCode} from '../../../domain/error-codes.js'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import type {NetUpAsk, NetUpData} from '../../../domain/work/net.js'
import type {NetFacts} from './facts.js'
import {askPorts} from './holders.js'
import {lookAtNet} from './look.js'
import {ownSwitch, partsOf} from './names.js'
import type {NetPlan} from './plan-types.js'
import {planUp} from './plan-up.js'
import {type Privilege, privilegeFor} from './privilege.js'
import {runSteps} from './run-steps.js'
import type {Step} from './steps.js'

export interface SeenUp {
  readonly facts: NetFacts
  readonly plan: NetPlan
  readonly privilege: Privilege
}

const mostRounds = 3

export const netUp = handler<'net-up', SeenUp>({
  check: ({ask}, at) => seeUp(ask, at),
  async run({ask}, at, first) {
    const {seen, done} = await makeWhole(ask, at, first)
    const {network, remarks} = seen.plan
    const state = done.length === 0 ? 'there' : first.plan.begun ? 'completed' : 'made'
    // of what stands already nothing has to be told again
    return {kind: 'net-up', network, state, done, remarks: state === 'there' ? [] : [...remarks]} satisfies NetUpData
  },
})

/** Does what is missing until nothing is; what was done, each in a few words. Throws what `runSteps` throws. */
export async function makeWhole(
  ask: NetUpAsk,
  at: HostContext,
  first: SeenUp,
): Promise<{readonly seen: SeenUp; readonly done: readonly string[]}> {
  const {become} = ask
  const done: string[] = []
  let seen = first
  const isOvertaken = ({argv}: Step): Promise<boolean> =>
    seeUp(ask, at).then(
      ({plan}) => !plan.steps.some((step) => isDeepStrictEqual(step.argv, argv)),
      () => false,
    )
  for (let round = 1; seen.plan.steps.length > 0; round++) {
    if (round > mostRounds) throw neverWhole(seen, at)
    const {facts, privilege} = seen
    const fault = await runSteps(seen.plan.steps, {privilege, facts, become, isOvertaken}, at).then(
      (what) => void done.push(...what),
      (error: unknown) => error,
    )
    const next = await seeUp(ask, at)
    if (fault !== undefined && !(isFailed(fault) && hasMoved(seen, next))) throw fault
    seen = next
  }
  return {seen, done}
}

/** Another call may be half way: what is in the way then is not there, or whole, a moment later. */
const passing: ReadonlySet<string> = new Set<ErrorCode>(['NET_FOREIGN', 'NET_IN_USE'])

/** Also what a plan shows. What is about to change is waited for: on a loaded host it takes its time. */
export async function seeUp(ask: NetUpAsk, at: HostContext): Promise<SeenUp> {
  const last = Date.now() + 20_000
  let before: NetFacts | undefined
  for (let left = 2; ; left--) {
    const facts = await lookAtNet(ask, at)
    try {
      return await seenUp(facts, ask, at)
    } catch (error) {
      const changes = isBegun(facts, ask) || !isDeepStrictEqual(facts.places, before?.places)
      before = facts
      const mayPass = left > 0 || (changes && Date.now() < last)
      if (!(mayPass && error instanceof CtysError && passing.has(error.code))) throw error
      await sleep(300, undefined, {signal: at.signal}).catch(() => undefined)
    }
  }
}

/** Its own switch has just been started. */
function isBegun(facts: NetFacts, {name}: NetUpAsk): boolean {
  const {owner, young} = facts
  if (owner === undefined || young.size === 0) return false
  const parts = partsOf(name, owner.user, facts)
  const found = ownSwitch(parts, owner.uid, facts)
  return found !== undefined && young.has(found.pid)
}

async function seenUp(facts: NetFacts, ask: NetUpAsk, at: HostContext): Promise<SeenUp> {
  const host = formatTarget(at.session.target)
  const hasPorts = ask.segment !== undefined && ask.segment.ports.length > 0
  const plan = planUp(facts, ask, host, hasPorts ? await askPorts(facts, ask, at) : undefined)
  return {facts, plan, privilege: privilegeFor(plan.steps, facts, ask, host)}
}

function isFailed(fault: unknown): boolean {
  return fault instanceof CtysError && fault.code === 'NET_FAILED'
}

function hasMoved(one: SeenUp, other: SeenUp): boolean {
  const textOf = ({plan}: SeenUp) => JSON.stringify(plan.steps.map(({what, argv}) => [what, argv]))
  return textOf(one) !== textOf(other)
}

function neverWhole({plan}: SeenUp, {session}: HostContext): ActionError {
  const host = formatTarget(session.target)
  return new ActionError('NET_FAILED', `${host}: the network is not whole: something takes it away as it is made`, {
    hint: 'see who does: ctys net status shows what is there',
    details: plan.steps.map(({what}) => `missing: ${what}`),
  })
}
