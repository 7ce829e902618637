/**
 * Never two copies of one machine: before a start the hosts of its other places are asked, in one round, and a machine
 * that runs there, or may do so for all one knows, is not started. Other places: paths of the same machine, copies with
 * its UUID, machines with one of its disks.
 */
import type {ErrorInfo} from '../domain/errors.js'
import {rivalsOf} from '../domain/machine-paths.js'
import {identityOf, type MachineRecords} from '../domain/machine-records.js'
import type {Outcome} from '../domain/outcome.js'
import type {Job, Plan} from '../domain/plan.js'
import type {AppContext} from '../domain/ports.js'
import {formatTarget, hostNameOf, type Target} from '../domain/target.js'
import {type Looks, lookAtHosts, processOf} from './look-at-hosts.js'

export interface GuardOptions {
  readonly user: string | undefined
  /** What was seen already. */
  readonly looks: Looks
  /** Hosts the user knows it does not run on. */
  readonly notOn: ReadonlySet<string>
}

/** A job that starts a machine, and the others that must not run beside it. */
export interface GuardedStart {
  readonly job: Job
  readonly own: MachineRecords
  readonly rivals: readonly MachineRecords[]
}

/** The jobs of the plan that start a machine the inventory knows. */
export function startsOf({jobs}: Plan): readonly Job[] {
  return jobs.filter(
    ({action, record}) => action.kind === 'create' && action.mode !== 'connect' && record !== undefined,
  )
}

/** Those of them that have rivals in the inventory. */
export function guardedStarts(starting: readonly Job[], machines: readonly MachineRecords[]): readonly GuardedStart[] {
  const byIdentity = new Map(machines.map((machine) => [identityOf(machine[0]), machine]))
  return starting.flatMap((job) => {
    if (job.record === undefined) return []
    const own = byIdentity.get(identityOf(job.record)) ?? ([job.record] as const)
    const rivals = rivalsOf(own, machines)
    return rivals.length === 0 ? [] : [{job, own, rivals}]
  })
}

/** The plan without the starts that are refused; those are among `refused`, with the reason. */
export async function guardStarts(
  plan: Plan,
  starts: readonly GuardedStart[],
  options: GuardOptions,
  context: AppContext,
): Promise<Plan> {
  if (starts.length === 0) return plan
  const twice = new Map(starts.flatMap((start) => startedTwice(start, starts)))
  const looks = await lookAround(
    starts.filter(({job}) => !twice.has(job.id)),
    options,
    context,
  )
  const refused = starts.flatMap((start): Outcome[] => {
    const error = twice.get(start.job.id) ?? faultOf(start, {...options, looks}, context.localName)
    if (error === undefined) return []
    return [{jobId: start.job.id, host: formatTarget(start.job.target), ms: 0, status: 'failed', phase: 'check', error}]
  })
  const gone = new Set(refused.map(({jobId}) => jobId))
  return {jobs: plan.jobs.filter(({id}) => !gone.has(id)), refused: [...plan.refused, ...refused]}
}

/** Two hosts named in one call, and both have it. */
function startedTwice({job, own, rivals}: GuardedStart, starts: readonly GuardedStart[]): [string, ErrorInfo][] {
  const others = starts.filter((other) => other.job !== job && rivals.some((rival) => rival === other.own))
  if (others.length === 0) return []
  const hosts = [job, ...others.map((other) => other.job)].map(({target}) => formatTarget(target))
  const error: ErrorInfo = {
    code: 'MACHINE_AMBIGUOUS',
    message: `${own[0].label} on ${hosts.join(' and ')} is one machine, and it would run twice`,
    hint: 'name one of these hosts, or none: then ctys chooses',
  }
  return [[job.id, error]]
}

async function lookAround(
  starts: readonly GuardedStart[],
  {user, looks, notOn}: GuardOptions,
  context: AppContext,
): Promise<Looks> {
  const named = new Map<string, Target>()
  const asked = new Set<string>()
  for (const {job, rivals} of starts) {
    const own = hostNameOf(job.target, context.localName)
    const isReuse = job.action.kind === 'create' && job.action.mode === 'reuse'
    named.set(own, job.target)
    for (const host of [...(isReuse ? [own] : []), ...rivals.map(([{host}]) => host.toLowerCase())]) {
      if (!looks.has(host) && !notOn.has(host)) asked.add(host)
    }
  }
  const type = starts[0]?.job.type ?? ''
  return new Map([...looks, ...(await lookAtHosts([...asked], {type, user, named}, context))])
}

function faultOf({job, own, rivals}: GuardedStart, {looks, notOn}: GuardOptions, localName: string) {
  const [{label}] = own
  const here = formatTarget(job.target)
  const home = looks.get(hostNameOf(job.target, localName))
  const isReuse = job.action.kind === 'create' && job.action.mode === 'reuse'
  if (isReuse && home?.answered && processOf(own, home.running) !== undefined) return undefined
  const silent: [string, ErrorInfo][] = []
  for (const rival of rivals) {
    const name = rival[0].host.toLowerCase()
    const look = looks.get(name)
    if (look === undefined || notOn.has(name)) continue
    if (!look.answered) {
      silent.push([name, look.error])
      continue
    }
    const process = processOf(rival, look.running)
    if (process === undefined) continue
    const error: ErrorInfo = {
      code: 'ALREADY_RUNNING',
      message: `${here}: ${label} runs on ${name} already (process ${process.pid}, ${process.id || rival[0].id})`,
      hint: `use it there: ctys start ${label} ${name} --reuse; or stop it there first: ctys stop ${label} ${name}`,
    }
    return error
  }
  const [first] = silent
  if (first === undefined) return undefined
  const names = [...new Set(silent.map(([name]) => name))].join(', ')
  const error: ErrorInfo = {
    code: 'MAY_RUN_ELSEWHERE',
    message: `${here}: ${label} lies on ${names} too, which did not answer (${first[1].code}): it may run there`,
    hint: `look at ${first[0]}; if you know that it does not run there: --not-on ${first[0]}`,
    details: silent.map(([name, {code, message}]) => `${name}: ${code}: ${message}`),
  }
  return error
}
