/**
 * The only way from a request to a task that changes a host: the plan, and in front of every start the guard against a
 * second copy, here and on the hosts of the machine's other places.
 */
import {disksOf, uuidOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {PlanResult, Prepared, RunResult} from '../../domain/results/run.js'
import {formatTarget, hostNameOf} from '../../domain/target.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'
import {collisionsOfTasks} from '../../resolve/collisions.js'
import {resolveRequest} from '../../resolve/resolve-request.js'
import {recordedOn} from '../find/recorded-paths.js'
import {holderAsker} from './ask-holder.js'
import type {Choice} from './choose-place.js'
import {type GuardedStart, guardedStarts, guardStarts, hostsAsked, startsLeft, withoutDoubles} from './guard-starts.js'
import {recordedStarts, seenStarts, startsOf} from './identify-starts.js'
import {keepSuspended} from './keep-suspended.js'

/** A request, and what was decided of it on the way. */
export interface Work {
  readonly request: Request
  /** How the host was chosen, where the user named none. */
  readonly choice?: Choice
  /** Hosts of which the user knows that the machine does not run there. */
  readonly notOn?: ReadonlySet<string>
  readonly user?: string | undefined
}

/** Reads the inventory, opens no connection. Throws UsageError, ConfigError or LookupError. */
export async function planWork(work: Work, context: AppContext): Promise<PlanResult> {
  const {localName} = context
  const {starts, ...prepared} = await prepare(work, recordedStarts, context)
  const asked = startsLeft(prepared.plan, starts).flatMap((start) => {
    const home = hostNameOf(start.task.target, localName)
    // the task looks at its own host anyway
    const hosts = hostsAsked(start, localName).filter((host) => host !== home)
    return hosts.length === 0 ? [] : [{host: formatTarget(start.task.target), hosts}]
  })
  return {kind: 'plan', ...prepared, asked}
}

/** Errors as `planWork`, and INTERRUPTED; a host that fails is an outcome. */
export async function runTasks(work: Work, context: AppContext): Promise<RunResult> {
  const {request, choice, notOn = new Set(), user} = work
  const seen = async (starting: readonly Task[]) =>
    new Map([...recordedStarts(starting), ...(await seenStarts(starting, context))])
  const {starts, ...prepared} = await prepare(work, seen, context)
  const options = {user, notOn, looks: choice?.looks ?? new Map()}
  const plan = await guardStarts(prepared.plan, starts, options, context)
  const askHolder = holderAsker({type: request.type, user, notOn}, context)
  const {verb} = request.action
  const recorded = verb === 'list' && {recordedOn: recordedOn(request.targets, context)}
  const outcomes = await runPlan(plan, {...context, askHolder, ...recorded})
  if (verb === 'create' || verb === 'cancel') await keepSuspended(outcomes, plan, context)
  return {kind: 'run', ...prepared, plan, outcomes}
}

type Owns = ReadonlyMap<string, MachineRecords>

async function prepare(
  {request, choice}: Work,
  ownsOf: (starting: readonly Task[]) => Owns | Promise<Owns>,
  context: AppContext,
): Promise<Prepared & {readonly starts: readonly GuardedStart[]}> {
  const planned = await planRequest(request, context)
  const starting = startsOf(planned)
  const owns = await ownsOf(starting)
  const machines = owns.size === 0 ? [] : groupMachines(await context.inventory.holding(textsOf([...owns.values()])))
  const starts = guardedStarts(starting, owns, machines)
  return {
    plan: withoutDoubles(planned, starts),
    collisions: collisionsOfTasks(starting, machines),
    chosen: choice?.because === undefined ? [] : [{host: formatTarget(choice.target), because: choice.because}],
    starts,
  }
}

async function planRequest(request: Request, {inventory, localName, registry}: AppContext): Promise<Plan> {
  const machine = 'machine' in request.action.ask ? request.action.ask.machine : 'all'
  const asked = machine !== 'all' && request.inventoryUse !== 'off'
  const known = asked ? await inventory.lookup(machine) : []
  // an ambiguity is told in addresses that name one machine among all
  const all = known.length > 1 ? groupMachines(await inventory.all()) : known
  return makePlan(request, resolveRequest(request, known, localName, all), registry)
}

/** What another machine has in common with one of these when it must not run beside it, or shares what it must not. */
function textsOf(owns: readonly MachineRecords[]): readonly string[] {
  const values = owns.flatMap((own) => [
    uuidOf(own),
    ...disksOf(own),
    ...own.flatMap(({host, mac, tcp}) => [host, mac, mac.replaceAll(':', '-'), tcp]),
  ])
  return [...new Set(values)].filter((value) => value !== '')
}
