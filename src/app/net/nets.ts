/** `ctys net`: networks of hosts, on all of them at once. */
import {UsageError} from '../../domain/errors.js'
import {everyType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import {type NetWords, netAskOf, parseNet} from '../../parse/net/parse-net.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {answer, planQuestion} from '../run/ask-hosts.js'
import {type NetWork, planNet} from '../run/net-tasks.js'
import {askedTargets} from '../targets/asked-targets.js'
import {expandTargets} from '../targets/expand-targets.js'
import {runWithMoves} from './run-with-moves.js'

type Done = RunResult | PlanResult

export interface NetCall extends NetWords {
  /** Words for hosts and groups. */
  readonly targets: readonly string[]
  readonly login?: string | undefined
  readonly dryRun: boolean
  /** Of an interface with addresses: until its host takes the change back unless it is confirmed. */
  readonly timerSeconds: number
}

/** None named is this machine. */
export async function upNets(call: NetCall, context: AppContext): Promise<Done> {
  const {targets, ask} = await readCall(call, context)
  return workOn(
    targets.map((target) => ({target, action: {verb: 'net-up', ask}})),
    call,
    context,
  )
}

export async function downNets(call: NetCall, context: AppContext): Promise<Done> {
  const {targets, ask} = await readCall(call, context)
  return workOn(
    targets.map((target) => ({target, action: {verb: 'net-down', ask: netAskOf(ask)}})),
    call,
    context,
  )
}

export async function planNets(call: NetCall & {readonly to: 'up' | 'down'}, context: AppContext): Promise<Done> {
  const {targets, ask} = await readCall(call, context)
  return workOn(
    targets.map((target) => ({
      target,
      action: {verb: 'net-plan', ask: {to: call.to, up: ask, timerMs: call.timerSeconds * 1000}},
    })),
    call,
    context,
  )
}

/** None named are all of the inventory. */
export async function netStatus(
  {targets: words, login, dryRun, owner, become}: Pick<NetCall, 'targets' | 'login' | 'dryRun' | 'owner' | 'become'>,
  context: AppContext,
): Promise<Done> {
  const faults: string[] = []
  const {user} = parseNet({name: '0', owner, become, force: false}, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const asked = await askedTargets({targets: words, user: login}, context)
  const ask = {become, ...(user !== undefined && {user})}
  const plan = planQuestion({type: everyType, action: {verb: 'net-status', ask}, ...asked}, context)
  return dryRun ? planResult(plan) : answer(plan, context, (outcomes) => answersResult(plan, outcomes))
}

async function readCall(call: NetCall, context: AppContext) {
  const faults: string[] = []
  const ask = parseNet(call, faults)
  const words = call.targets.length === 0 ? ['localhost'] : call.targets
  const targets: readonly Target[] = parseTargets(await expandTargets(words, context, faults), call.login, faults)
  if (faults.length > 0) throw new UsageError(faults, 'ctys help networks')
  return {targets, ask}
}

/** Also for ctys-setupVDE. */
export async function workOn(
  work: readonly NetWork[],
  {dryRun, timerSeconds}: Pick<NetCall, 'dryRun' | 'timerSeconds'>,
  context: AppContext,
): Promise<Done> {
  const [first, ...rest] = work
  if (first === undefined) throw new UsageError(['no host is named'])
  const plan = planNet([first, ...rest], context)
  return dryRun ? planResult(plan) : runWithMoves(plan, timerSeconds * 1000, context)
}
