/** `ctys net graph` and `ctys net trace`: what `ctys net status` knows of hosts, as a graph, or as the way between two machines. */
import {UsageError} from '../../domain/errors.js'
import {everyType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {NetGraphResult, NetTraceResult} from '../../domain/results/net.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import type {Become} from '../../domain/work/net.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {askedTargets} from '../targets/asked-targets.js'
import {graphOf} from './graph.js'
import {type HostNet, traceHops} from './trace.js'

export interface SeeCall {
  /** Words for hosts and groups; none means every host of the inventory. */
  readonly targets: readonly string[]
  readonly login?: string | undefined
  readonly become: readonly Become[]
  readonly dryRun: boolean
}

export async function graphNets(
  {dot, ...call}: SeeCall & {readonly dot: boolean},
  context: AppContext,
): Promise<NetGraphResult | PlanResult> {
  const plan = await planOf(call, context)
  if (call.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, context)
  return {kind: 'net-graph', plan, outcomes, dot, ...graphOf(answered(outcomes))}
}

export async function traceNets(
  {from, to, ...call}: SeeCall & {readonly from: string; readonly to: string},
  context: AppContext,
): Promise<NetTraceResult | PlanResult> {
  if (from === to) throw new UsageError([`'${from}' is one machine: name two`])
  const plan = await planOf(call, context)
  if (call.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, context)
  return {kind: 'net-trace', plan, outcomes, from, to, hops: traceHops(answered(outcomes), from, to)}
}

async function planOf({targets, login, become}: SeeCall, context: AppContext) {
  const asked = await askedTargets({targets, user: login}, context)
  return planQuestion({type: everyType, action: {verb: 'net-status', ask: {become}}, ...asked}, context)
}

function answered(outcomes: readonly Outcome[]): readonly HostNet[] {
  return outcomes.flatMap((outcome) =>
    outcome.status === 'ok' && outcome.data.kind === 'net-status' ? [{host: outcome.host, data: outcome.data}] : [],
  )
}
