/** A restart leaves a machine the screen it has: a viewer that was told its display finds it there again. */
import {type AddressableMachine, matchesAddress} from '../../domain/machine/machine-address.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import type {CreateAsk} from '../../domain/work/asks.js'
import type {Request} from '../../domain/work/request.js'
import {askHosts, planQuestion} from './ask-hosts.js'
import type {Work} from './run-tasks.js'

/**
 * The same work, its starts with the VNC displays that the machines have now; hosts are asked in one round. Where a host
 * says nothing, the start is as it was asked for: the stop in front of it says what is wrong. Never rejects.
 */
export async function keepScreens<W extends Work>(work: W, context: AppContext): Promise<W> {
  const requests = [work.request, ...(work.more ?? [])]
  const starts = requests.filter(({action}) => action.verb === 'create')
  const targets = [...new Map(starts.flatMap((start) => start.targets.map((one) => [formatTarget(one), one]))).values()]
  const {type} = work.request
  const plan = planQuestion({type, action: {verb: 'list', ask: {}}, targets}, context)
  const outcomes = await askHosts(plan, {...context, emit: () => undefined})
  const running = new Map<string, readonly RunningMachine[]>()
  for (const [index, {target}] of plan.tasks.entries()) {
    const outcome = outcomes[index]
    if (outcome?.status === 'ok' && outcome.data.kind === 'list')
      running.set(formatTarget(target), outcome.data.machines)
  }
  const [request = work.request, ...more] = requests.flatMap((each) => withScreens(each, running))
  return {...work, request, more}
}

/** One request for each target: each may have another display. */
function withScreens(request: Request, running: ReadonlyMap<string, readonly RunningMachine[]>): readonly Request[] {
  const {action, targets, ids = []} = request
  if (action.verb !== 'create') return [request]
  return targets.map((target, index): Request => {
    const machines = running.get(formatTarget(target)) ?? []
    const own = machines.filter((machine) => matchesAddress(action.ask.machine, machine satisfies AddressableMachine))
    const [only, ...others] = own
    const screen = only === undefined || others.length > 0 ? {} : screenOf(only)
    const id = ids[index]
    return {
      ...{...request, targets: [target], action: {...action, ask: {...action.ask, ...screen}}},
      ...(id !== undefined && {ids: [id]}),
    }
  })
}

function screenOf({vncDisplay}: RunningMachine): Partial<CreateAsk> {
  return /^\d+$/.test(vncDisplay) ? {console: 'VNC', vncDisplay: Number(vncDisplay)} : {}
}
