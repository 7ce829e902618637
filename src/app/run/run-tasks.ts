/**
 * The only way from a request to a task that changes a host: the plan, and in front of every start the guard against a
 * second copy, here and on the hosts of the machine's other places.
 */

import type {HostName} from '../../domain/host-name.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import {disksOf, uuidOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {PlanResult, Prepared, RunResult} from '../../domain/results/run.js'
import {formatTarget} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {After, Plan, Task} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {changes} from '../../domain/work/verbs.js'
import {runPlan} from '../../execute/run-plan.js'
import {hostNameOf} from '../../lib/host-name.js'
import {makePlan} from '../../plan/make-plan.js'
import {collisionsOfTasks} from '../../resolve/collisions.js'
import {resolveRequest} from '../../resolve/resolve-request.js'
import {recordedBeside, recordedOn} from '../find/recorded-paths.js'
import {holderAsker} from './ask-holder.js'
import type {Choice} from './choose-place.js'
import {type GuardedStart, guardedStarts, guardStarts, hostsAsked, startsLeft, withoutDoubles} from './guard-starts.js'
import {recordedStarts, seenStarts, startsOf} from './identify-starts.js'
import {keepSuspended} from './keep-suspended.js'
import {withNear} from './with-near.js'
import {withPreview} from './with-preview.js'

/** A request, and what was decided of it on the way. */
export interface Work {
  readonly request: Request
  /** Further ones of the same call; then each has ids of its own. */
  readonly more?: readonly Request[]
  /** What tasks come after, by their ids. */
  readonly after?: ReadonlyMap<string, After>
  /** Tasks of which none is begun where one is refused, by their ids. */
  readonly wholes?: readonly (readonly string[])[]
  /** What was refused on the way, with ids of its own. */
  readonly refused?: readonly Outcome[]
  /** How hosts were chosen, where the user named none. */
  readonly choices?: readonly Choice[]
  /** Hosts of which the user knows that the machine does not run there. */
  readonly notOn?: ReadonlySet<HostName>
  readonly user?: string | undefined
}

/** Reads the inventory, opens no connection. Throws UsageError, ConfigError or LookupError. */
export async function planWork(work: Work, context: AppContext): Promise<PlanResult> {
  const {starts, ...prepared} = await prepare(work, recordedStarts, context)
  const asked = startsLeft(prepared.plan, starts).flatMap((start) => {
    const home = hostNameOf(start.task.target)
    // the task looks at its own host anyway
    const hosts = hostsAsked(start).filter((host) => host !== home)
    return hosts.length === 0 ? [] : [{host: formatTarget(start.task.target), hosts}]
  })
  return {kind: 'plan', ...prepared, asked}
}

/** Errors as `planWork`, and INTERRUPTED; a host that fails is an outcome. */
export async function runTasks(work: Work, context: AppContext): Promise<RunResult> {
  const {request, choices = [], notOn = new Set(), user} = work
  const seen = async (starting: readonly Task[]) =>
    new Map([...recordedStarts(starting), ...(await seenStarts(starting, context))])
  const {starts, ...prepared} = await prepare(work, seen, context)
  const surveys = new Map(choices.flatMap((choice) => [...choice.surveys]))
  const guarded = await guardStarts(prepared.plan, starts, {user, notOn, surveys}, context)
  const plan = withoutParts(guarded, work.wholes ?? [])
  const askHolder = holderAsker({type: request.type, user, notOn}, context)
  const names = machineNames(prepared.plan.tasks)
  const make = (outcomes: readonly Outcome[]): RunResult => ({
    ...{kind: 'run', ...prepared, plan},
    outcomes: outcomes.map((outcome) => named(outcome, names)),
  })
  const requests = [request, ...(work.more ?? [])]
  const listed = requests.filter(({action}) => action.verb === 'list').flatMap(({targets}) => targets)
  const isAlter = requests.some(({action}) => action.verb === 'alter')
  const recorded = isAlter
    ? {recordedOn: recordedBeside(context)}
    : listed.length > 0 && {recordedOn: recordedOn(listed, context)}
  const done = await runPlan(plan, {...withPreview(plan, context, make), askHolder, ...recorded})
  const outcomes = await withNear(done, plan.tasks, context)
  if (requests.some(({action}) => changes(action.verb))) await keepSuspended(outcomes, plan, context)
  return make(outcomes)
}

type Owns = ReadonlyMap<string, MachineRecords>

async function prepare(
  {request, more = [], after = new Map(), wholes = [], refused = [], choices = []}: Work,
  ownsOf: (starting: readonly Task[]) => Owns | Promise<Owns>,
  context: AppContext,
): Promise<Prepared & {readonly starts: readonly GuardedStart[]}> {
  const plans: Plan[] = []
  for (const each of [request, ...more]) plans.push(await planRequest(each, context))
  const joined = joinPlans([...plans, {tasks: [], refused}], after)
  const names = machineNames(joined.tasks)
  const planned = withoutParts({...joined, refused: joined.refused.map((outcome) => named(outcome, names))}, wholes)
  const starting = startsOf(planned)
  const owns = await ownsOf(starting)
  const machines = owns.size === 0 ? [] : groupMachines(await context.inventory.holding(textsOf([...owns.values()])))
  const starts = guardedStarts(starting, owns, machines)
  return {
    plan: withoutParts(withoutDoubles(planned, starts), wholes),
    collisions: collisionsOfTasks(starting, machines),
    chosen: choices.flatMap(({target, because, machine}) => {
      const told = names.size > 0 && machine !== undefined ? {machine} : {}
      return because === undefined ? [] : [{host: formatTarget(target), because, ...told}]
    }),
    starts,
  }
}

/** The machine of each task as it was named, where they are of several; else nothing. */
function machineNames(tasks: readonly Task[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const {id, ask} of tasks) {
    if ('machine' in ask && ask.machine !== 'all') names.set(id, formatAddress(ask.machine))
  }
  return new Set(names.values()).size > 1 ? names : new Map()
}

function named(outcome: Outcome, names: ReadonlyMap<string, string>): Outcome {
  const machine = outcome.machine ?? names.get(outcome.taskId)
  return machine === undefined ? outcome : {...outcome, machine}
}

/** The plan without tasks of which another part was refused. */
function withoutParts(plan: Plan, wholes: readonly (readonly string[])[]): Plan {
  const refusals = new Map(plan.refused.map((outcome) => [outcome.taskId, outcome]))
  const left = new Map<string, Outcome>()
  for (const whole of wholes) {
    const refused = whole.flatMap((id) => refusals.get(id) ?? [])[0]
    if (refused === undefined) continue
    for (const id of whole) if (!refusals.has(id)) left.set(id, refused)
  }
  const more = plan.tasks.flatMap(({id, target}): Outcome[] => {
    const because = left.get(id)
    if (because === undefined) return []
    const host = formatTarget(target)
    const message = `${host}: not begun: what belongs to it was refused`
    return [{taskId: id, host, ms: 0, status: 'failed', phase: 'check', error: {code: 'NOT_BEGUN', message}}]
  })
  return {tasks: plan.tasks.filter(({id}) => !left.has(id)), refused: [...plan.refused, ...more]}
}

/** In the order of the ids, which is that of the call. */
function joinPlans(plans: readonly Plan[], after: ReadonlyMap<string, After>): Plan {
  const tasks = plans.flatMap((plan) => plan.tasks).sort((a, b) => Number(a.id) - Number(b.id))
  return {
    tasks: tasks.map((task) => {
      const before = after.get(task.id)
      return before === undefined ? task : {...task, after: before}
    }),
    refused: plans.flatMap((plan) => plan.refused).sort((a, b) => Number(a.taskId) - Number(b.taskId)),
  }
}

async function planRequest(request: Request, {inventory, registry}: AppContext): Promise<Plan> {
  const machine = 'machine' in request.action.ask ? request.action.ask.machine : 'all'
  const asked = machine !== 'all' && request.inventoryUse !== 'off'
  const known = asked ? await inventory.lookup(machine) : []
  // an ambiguity is told in addresses that name one machine among all
  const all = known.length > 1 ? groupMachines(await inventory.all()) : known
  return makePlan(request, resolveRequest(request, {known, all, drivers: registry.drivers}), registry)
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
