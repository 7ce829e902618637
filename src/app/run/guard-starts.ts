/**
 * Never two copies of one machine: before a start the hosts of its other places are asked, in one round, and a machine
 * that runs there, or may do so for all one knows, is not started. Other places: paths of the same machine, copies with
 * its UUID, machines with one of its disks.
 */
import type {ErrorInfo} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {type Relation, relationOf, rivalFinder} from '../../domain/machine/machine-paths.js'
import {identityOf, type MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan, Task} from '../../domain/work/plan.js'
import {here} from '../../lib/command-on.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {listNames} from '../../lib/list-names.js'
import {claimsOn, type HostSurveys, isOneHost, sightOn, surveyHosts} from '../find/survey-hosts.js'
import {mayRunElsewhere} from './may-run-elsewhere.js'

/** A task that starts a machine, and the others that must not run beside it. */
export interface GuardedStart {
  readonly task: Task
  readonly own: MachineRecords
  readonly rivals: readonly MachineRecords[]
}

export interface GuardOptions {
  readonly user: string | undefined
  /** What was seen already. */
  readonly surveys: HostSurveys
  /** Hosts the user knows it does not run on: asked all the same, but their silence stops nothing. */
  readonly notOn: ReadonlySet<HostName>
}

/** `owns`: the machine of each task, by its id. `machines`: all that may have to do with them. */
export function guardedStarts(
  starting: readonly Task[],
  owns: ReadonlyMap<string, MachineRecords>,
  machines: readonly MachineRecords[],
): readonly GuardedStart[] {
  const known = new Map(machines.map((machine) => [identityOf(machine[0]), machine]))
  const rivalsOf = rivalFinder(machines)
  return starting.flatMap((task) => {
    const own = owns.get(task.id)
    if (own === undefined) return []
    return [{task, own, rivals: rivalsOf(known.get(identityOf(own[0])) ?? own)}]
  })
}

/** The starts that are left in the plan: what was refused asks nobody. */
export function startsLeft(plan: Plan, starts: readonly GuardedStart[]): readonly GuardedStart[] {
  const left = new Set(plan.tasks.map(({id}) => id))
  return starts.filter(({task}) => left.has(task.id))
}

/** Other hosts that are asked before this start; those of --not-on are among them. */
export function hostsAsked({task, rivals}: GuardedStart): readonly HostName[] {
  const hosts = new Set(rivals.map(([{host}]) => recordedHost(host)))
  if (rivals.length > 0 && isReuse(task)) hosts.add(hostNameOf(task.target))
  return [...hosts]
}

/** The plan without what would start one machine on two of the hosts named: none of them is started. */
export function withoutDoubles(plan: Plan, starts: readonly GuardedStart[]): Plan {
  const errors = new Map<string, ErrorInfo>()
  const rivalsOf = rivalFinder(starts.map(({own}) => own))
  const places = new Map<string, GuardedStart[]>()
  for (const start of starts) {
    const place = identityOf(start.own[0])
    places.set(place, [...(places.get(place) ?? []), start])
  }
  const tasksAt = (own: MachineRecords) => (places.get(identityOf(own[0])) ?? []).map(({task}) => task)
  for (const {task, own} of starts) {
    const others = new Set([...tasksAt(own), ...rivalsOf(own).flatMap(tasksAt)])
    others.delete(task)
    if (others.size === 0) continue
    const hosts = [task, ...others].map(({target}) => formatTarget(target))
    errors.set(task.id, {
      code: 'MACHINE_AMBIGUOUS',
      message: `${own[0].label} on ${listNames(hosts, 10, ' and ')} has one UUID or disk, and must not run twice`,
      hint: 'name one of these hosts, or none: then ctys chooses',
    })
  }
  return refuse(plan, errors)
}

/** The plan without the starts that would make a second copy, or may do so. Throws INTERRUPTED. */
export async function guardStarts(
  plan: Plan,
  starts: readonly GuardedStart[],
  options: GuardOptions,
  context: AppContext,
): Promise<Plan> {
  const guarded = startsLeft(plan, starts).filter(({rivals}) => rivals.length > 0)
  if (guarded.length === 0) return plan
  const surveys = await surveyRivals(guarded, options, context)
  const errors = new Map<string, ErrorInfo>()
  const records = new Map<string, MachineRecords>()
  const claims = new Map<string, readonly string[]>()
  for (const start of guarded) {
    const running = isReuse(start.task) ? ownPlace(start, surveys) : undefined
    const error = running ? undefined : faultOf(start, {...options, surveys})
    if (running !== undefined) records.set(start.task.id, running)
    if (error !== undefined) errors.set(start.task.id, error)
    const places = [start.own, ...start.rivals]
    const hosts = new Set(start.rivals.map(([{host}]) => recordedHost(host)))
    const saw = [...hosts].flatMap((host) => claimsOn(host, places, surveys))
    if (saw.length > 0) claims.set(start.task.id, saw)
  }
  const tasks = plan.tasks.map((task) => {
    const place = records.get(task.id)
    const saw = claims.get(task.id)
    return {...task, ...(place !== undefined && {record: place[0]}), ...(saw !== undefined && {saw})}
  })
  return refuse({...plan, tasks}, errors)
}

function refuse(plan: Plan, errors: ReadonlyMap<string, ErrorInfo>): Plan {
  if (errors.size === 0) return plan
  const refused = plan.tasks.flatMap(({id, target}): Outcome[] => {
    const error = errors.get(id)
    if (error === undefined) return []
    return [{taskId: id, host: formatTarget(target), ms: 0, status: 'failed', phase: 'check', error}]
  })
  return {tasks: plan.tasks.filter(({id}) => !errors.has(id)), refused: [...plan.refused, ...refused]}
}

async function surveyRivals(
  starts: readonly GuardedStart[],
  {user, surveys}: GuardOptions,
  context: AppContext,
): Promise<HostSurveys> {
  const named = new Map<HostName, Target>()
  const asked = new Set<HostName>()
  for (const start of starts) {
    named.set(hostNameOf(start.task.target), start.task.target)
    for (const host of hostsAsked(start)) if (!surveys.has(host)) asked.add(host)
  }
  const seen = new Map([...surveys, ...(await surveyHosts([...asked], {user, named}, context))])
  // where something of it runs, that may be its own host under another name
  const homes = starts.flatMap(({task, own, rivals}) => {
    const home = hostNameOf(task.target)
    const places = [own, ...rivals]
    const isSeen = ([{host}]: MachineRecords) => {
      const name = recordedHost(host)
      const survey = seen.get(name)
      return survey?.answered && survey.hostId !== undefined && sightOn(name, places, seen).state !== 'off'
    }
    return seen.has(home) || !rivals.some(isSeen) ? [] : [home]
  })
  if (homes.length === 0) return seen
  return new Map([...seen, ...(await surveyHosts([...new Set(homes)], {user, named}, context))])
}

function isReuse(task: Task): boolean {
  return task.verb === 'create' && (task.ask.mode === 'reuse' || task.ask.mode === 'resume')
}

/** Where the machine runs on the very host it is to be started on: by its own path, or by another one of that host. */
function ownPlace({task, own, rivals}: GuardedStart, surveys: HostSurveys): MachineRecords | undefined {
  const home = hostNameOf(task.target)
  const isOwn = (rival: MachineRecords) =>
    isOneHost(recordedHost(rival[0].host), home, surveys) && relationOf(own, rival) === 'same'
  return [own, ...rivals.filter(isOwn)].find((place) => sightOn(home, [place], surveys).state === 'running')
}

function faultOf({task, own, rivals}: GuardedStart, {surveys, notOn}: GuardOptions): ErrorInfo | undefined {
  const home = hostNameOf(task.target)
  const asked = formatTarget(task.target)
  const unknown: {host: string; error: ErrorInfo}[] = []
  for (const host of new Set(rivals.map(([record]) => recordedHost(record.host)))) {
    const isHere = isOneHost(host, home, surveys)
    const there = rivals.filter(
      ([record]) => recordedHost(record.host) === host && !(isHere && record.id !== '' && record.id === own[0].id),
    )
    // its own path on its own host, under whatever name, is judged by the start itself
    if (isHere && there.length === 0) continue
    const places = isHere ? there : [own, ...there]
    const sight = sightOn(host, places, surveys)
    // what the user knows stands in for what nobody could see, not for what was seen
    if (sight.state === 'unknown' && !notOn.has(host)) unknown.push({host, error: sight.error})
    if (sight.state !== 'running') continue
    const rival = there.find((place) => sightOn(host, [place], surveys).state === 'running')
    const relation = rival === undefined ? 'same' : relationOf(own, rival)
    const name = rival?.[0].label ?? own[0].label
    return runsThere({label: own[0].label, name, asked, host, relation, process: sight.process})
  }
  if (unknown.length === 0) return undefined
  const {message, code, hint = '', details = []} = mayRunElsewhere(`${own[0].label} may run on`, unknown, 'start')
  return {code, message: `${asked}: ${message}`, hint, details}
}

interface Running {
  readonly label: string
  /** Of what runs there. */
  readonly name: string
  /** Where it is to be started. */
  readonly asked: string
  readonly host: string
  readonly relation: Relation
  readonly process: RunningMachine
}

function runsThere({label, name, asked, host, relation, process}: Running): ErrorInfo {
  const {pid, id, uuid} = process
  const who = `${name} runs on ${host} (process ${pid})`
  const messages: Readonly<Record<Relation, string>> = {
    same: `${label} runs on ${host} already (process ${pid})`,
    copy: `a copy of ${label} with its UUID runs: ${who}`,
    disk: `a disk of ${label} is in use: ${who}`,
    none: who,
  }
  const address = here`${id || (uuid === '' ? `pid:${pid}` : `u:${uuid}`)} ${host}`
  const stop = `ctys stop ${address}`
  return {
    code: 'ALREADY_RUNNING',
    message: `${asked}: ${messages[relation]}`,
    hint:
      relation === 'same'
        ? `use it there: ctys start ${address} --reuse; or stop it first: ${stop}`
        : `stop it first: ${stop}`,
  }
}
