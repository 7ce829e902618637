/**
 * Where a command without a host acts on a machine that has several places: where it runs; else, for a start, on the
 * host with the least to do. Which that is, is asked of the hosts themselves, in one round.
 */
import {CtysError, LookupError, PreconditionError, toErrorInfo, UsageError} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {recordedHost} from '../../lib/host-name.js'
import {listNames} from '../../lib/list-names.js'
import {pastable} from '../../lib/shell-quote.js'
import {type Cost, chooseByLoad, recordedLoads} from '../../resolve/choose-by-load.js'
import {type HostSurvey, type HostSurveys, isOneHost, sightOn, surveyHosts, suspendedAt} from '../find/survey-hosts.js'
import {hostTarget} from '../targets/host-target.js'
import {mayRunElsewhere} from './may-run-elsewhere.js'

export interface PlaceRequest {
  readonly machine: MachineAddress
  /** `act`: the machine has to run for it; `resume`: where it is suspended, if it does not run. */
  readonly purpose: 'start' | 'resume' | 'act'
  readonly cost: Cost
  /** Hosts the user knows it does not run on; they are not asked, and not chosen. */
  readonly notOn: ReadonlySet<HostName>
  readonly user: string | undefined
  /** Contact nobody: by what is recorded. */
  readonly dryRun: boolean
  /** What was seen for other machines of the call; what is seen for this one is added. */
  readonly seen?: Map<HostName, HostSurvey>
  /** Machines that the call starts on hosts already. */
  readonly planned?: ReadonlyMap<HostName, number>
}

export interface Choice {
  readonly target: Target
  /** Why this one of several. */
  readonly because?: string
  /** What was seen on the way. */
  readonly surveys: HostSurveys
  /** For which machine, as it was named. */
  readonly machine?: string
}

/**
 * `places`: the paths of one machine. Throws LookupError MACHINE_AMBIGUOUS when it runs at more than one place,
 * PreconditionError MAY_RUN_ELSEWHERE when it is seen nowhere and not every host could tell, NOT_RUNNING when it has to
 * run and runs nowhere, and INTERRUPTED.
 */
export async function choosePlace(
  places: readonly MachineRecords[],
  request: PlaceRequest,
  context: AppContext,
): Promise<Choice> {
  const {machine, purpose, cost, notOn, user, dryRun} = request
  const label = formatAddress(machine)
  const all = [...new Set(places.map(([{host}]) => recordedHost(host)))]
  const names = all.filter((name) => !notOn.has(name))
  const [only, ...others] = names
  if (only === undefined) throw new UsageError([`--not-on leaves no host for ${label}`])
  const targetOf = (name: HostName) => hostTarget(name, user)
  if (all.length < 2) return {target: targetOf(only), surveys: new Map()}
  if (others.length === 0 && purpose !== 'act') {
    return {target: targetOf(only), because: '--not-on leaves no other', surveys: new Map()}
  }
  if (dryRun)
    return placeByRecords(
      purpose === 'resume' ? recordedSuspended([only, ...others], places) : [only, ...others],
      {cost, user},
      context,
    )
  const {planned} = request
  // a question for one machine is of no use for others
  const seen = purpose === 'resume' || request.seen === undefined ? new Map<HostName, HostSurvey>() : request.seen
  const unseen = names.filter((name) => !seen.has(name))
  const fresh = await surveyHosts(unseen, {user, ...(purpose === 'resume' && {places})}, context)
  for (const [name, survey] of fresh) seen.set(name, survey)
  const surveys = new Map(names.flatMap((name) => [[name, seen.get(name) ?? notSurveyed] as const]))
  const sights = names.map((name) => ({name, sight: sightOn(name, places, surveys)}))
  const running = sights.filter(({sight}) => sight.state === 'running').map(({name}) => name)
  // two names of one host see one process
  const [there, ...more] = running.filter(
    (name, i) => !running.slice(0, i).some((other) => isOneHost(name, other, surveys)),
  )
  if (there !== undefined && more.length === 0) return {target: targetOf(there), because: 'it runs there', surveys}
  if (there !== undefined) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${label} runs on ${listNames([there, ...more], 10, ' and ')}`, {
      hint: 'name one of these hosts',
    })
  }
  const unknown = sights.flatMap(({name, sight}) =>
    sight.state === 'unknown' ? [{host: name, error: sight.error}] : [],
  )
  if (unknown.length > 0) throw mayRunElsewhere(`${label} may run on`, unknown, purpose === 'act' ? 'act' : 'start')
  if (purpose === 'act') {
    throw new PreconditionError('NOT_RUNNING', `${label} runs on none of ${listNames(names)}`, {
      hint: `see what runs: ctys list ${names.map(pastable).join(' ')}`,
    })
  }
  const saved = purpose === 'resume' ? suspendedAt(places, surveys) : []
  const [holder] = saved
  if (holder !== undefined && saved.length === 1) {
    return {target: targetOf(holder), because: 'it is suspended there', surveys}
  }
  const plannedFor = (host: HostName) =>
    [...(planned ?? [])].reduce((sum, [name, count]) => sum + (isOneHost(name, host, surveys) ? count : 0), 0)
  const countOf = (host: HostName, survey: HostSurvey) =>
    (survey.answered ? survey.running.length : 0) + plannedFor(host)
  const isAgain = (host: HostName, i: number) =>
    [...surveys.keys()].slice(0, i).some((other) => isOneHost(host, other, surveys))
  const [first, ...rest] = [...surveys]
    .filter(([host], i) => !isAgain(host, i) && (saved.length === 0 || saved.includes(host)))
    .map(([host, survey]) => ({host, count: countOf(host, survey)}))
  const {host, because} = chooseByLoad([first ?? {host: only, count: 0}, ...rest], cost, 'running')
  return {target: targetOf(host), because, surveys}
}

/** Those on which it is suspended as far as is recorded; all of them where nothing is. */
function recordedSuspended(
  names: readonly [HostName, ...HostName[]],
  places: readonly MachineRecords[],
): readonly [HostName, ...HostName[]] {
  const saved = places.filter(([{suspended}]) => suspended !== '').map(([{host}]) => recordedHost(host))
  const [first, ...others] = names.filter((name) => saved.includes(name))
  return first === undefined ? names : [first, ...others]
}
const notSurveyed: HostSurvey = {answered: false, error: toErrorInfo(new CtysError('INTERRUPTED', 'it was not asked'))}

/** The place a start would be given if the machine runs nowhere, by what is recorded; contacts nobody. */
export async function placeByRecords(
  hosts: readonly [HostName, ...HostName[]],
  {cost, user}: Pick<PlaceRequest, 'cost' | 'user'>,
  {inventory}: Pick<AppContext, 'inventory'>,
): Promise<Choice & {readonly because: string}> {
  const {host, because} = chooseByLoad(recordedLoads(hosts, await inventory.all()), cost, 'recorded')
  return {
    target: hostTarget(host, user),
    surveys: new Map(),
    because: hosts.length > 1 ? `${because}; where it runs, if it does` : because,
  }
}
