/** One look at what runs on several hosts, for a decision about one machine; by the name of the host. */
import {type ErrorCode, errorCodes} from '../../domain/error-codes.js'
import {CtysError, type ErrorInfo, toErrorInfo} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import {isKnownUuid, normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'
import {uuidOf} from '../../domain/machine/machine-paths.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import {everyType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import {interrupted} from '../../lib/deadline.js'
import {recordedHost} from '../../lib/host-name.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {hostTarget} from '../targets/host-target.js'
import {pathsOf} from './recorded-paths.js'

/** What one host said; a host that did not answer says nothing of its machines, and never that they are off. */
export type HostSurvey =
  | {
      readonly answered: true
      readonly running: readonly RunningMachine[]
      readonly doubt?: ErrorCode
      /** Two names with the same one are one host. */
      readonly hostId?: string
      /** Paths of the machines that are suspended there; absent where nobody looked for any. */
      readonly suspended?: readonly string[]
    }
  | {readonly answered: false; readonly error: ErrorInfo}

export type HostSurveys = ReadonlyMap<HostName, HostSurvey>

export interface SurveyOptions {
  readonly user: string | undefined
  /** Hosts the user named. */
  readonly named?: ReadonlyMap<HostName, Target>
  /** Also whether one of these is suspended. */
  readonly places?: readonly MachineRecords[]
}

/** Asks all of them in one parallel round. Rejects for no host that fails, only with INTERRUPTED. */
export async function surveyHosts(
  hosts: readonly HostName[],
  {user, named, places}: SurveyOptions,
  context: AppContext,
): Promise<HostSurveys> {
  const surveys = new Map<HostName, HostSurvey>()
  const names = new Map<Target, HostName>()
  for (const host of hosts) {
    try {
      names.set(named?.get(host) ?? hostTarget(host, user), host)
    } catch (error) {
      surveys.set(host, {answered: false, error: toErrorInfo(error)})
    }
  }
  if (names.size === 0) return surveys
  const targets = [...names.keys()]
  const plan = planQuestion({type: everyType, action: {verb: 'list', ask: {}}, targets}, context)
  const recorded = places && {recordedOn: pathsOf(places.flat())}
  const outcomes = await askHosts(plan, {...context, ...recorded})
  if (context.signal.aborted) throw interrupted()
  for (const [index, {target}] of plan.tasks.entries()) {
    const outcome = outcomes[index]
    const name = names.get(target)
    if (name === undefined) continue
    if (outcome?.status === 'ok' && outcome.data.kind === 'list') {
      const doubt = doubtOf(outcome.data)
      const {machines, hostId, suspended = []} = outcome.data
      surveys.set(name, {
        answered: true,
        running: machines,
        ...(doubt !== undefined && {doubt}),
        ...(hostId !== undefined && {hostId}),
        ...(places && {suspended: suspended.map(({id}) => id)}),
      })
    } else {
      const error = outcome !== undefined && 'error' in outcome ? outcome.error : toErrorInfo(interrupted())
      surveys.set(name, {answered: false, error})
    }
  }
  return surveys
}

/** Whether a machine runs on a host, as far as the look tells. */
export type Sighting =
  | {readonly state: 'running'; readonly process: RunningMachine}
  | {readonly state: 'off'}
  | {readonly state: 'unknown'; readonly error: ErrorInfo}

/**
 * `places`: of one machine or of those that must not run beside it. A process is one of them by the UUID of any place,
 * or by the path of a place on this very host unless its UUID says otherwise; what has nothing but words for it is none.
 */
export function sightOn(host: HostName, places: readonly MachineRecords[], surveys: HostSurveys): Sighting {
  const survey = surveys.get(host)
  if (survey === undefined) return {state: 'off'}
  if (!survey.answered) return {state: 'unknown', error: survey.error}
  const uuids = new Set(places.map(uuidOf).filter((uuid) => uuid !== ''))
  const here = places.filter(([record]) => recordedHost(record.host) === host)
  const process = survey.running.find((running) => {
    if (running.proof === 'none') return false
    const uuid = normalizeUuid(running.uuid)
    if (uuids.has(uuid)) return true
    return here.some((place) => place[0].id !== '' && place[0].id === running.id && agrees(uuid, uuidOf(place)))
  })
  if (process !== undefined) return {state: 'running', process}
  const proven = survey.running.filter(({proof}) => proof !== 'none')
  const alike = proven.find((running) => places.some((place) => mayBe(running, place)))
  if (alike !== undefined) return {state: 'unknown', error: alikeError(alike)}
  if (survey.doubt === undefined) return {state: 'off'}
  return {state: 'unknown', error: {code: survey.doubt, message: errorCodes[survey.doubt]}}
}

/**
 * A line for each process of a host that does not count as the machine and may be taken for it: its UUID, name or address
 * without anything that proves it, or nothing at all that says what it is.
 */
export function claimsOn(host: HostName, places: readonly MachineRecords[], surveys: HostSurveys): readonly string[] {
  const survey = surveys.get(host)
  if (!survey?.answered) return []
  const uuids = new Set(places.map(uuidOf).filter((uuid) => uuid !== ''))
  return survey.running.flatMap((running) => {
    const {pid, uid, uuid, id, label, proof} = running
    const who = `process ${pid} of ${uid} on ${host}`
    if (proof === 'none' && uuids.has(normalizeUuid(uuid)))
      return [`${who} has its UUID, but nothing proves that it is this machine`]
    if (proof === 'none' && places.some((place) => mayBe(running, place)))
      return [`${who} has its name or an address of it, but nothing proves that it is this machine`]
    if (label === '' && id === '' && !isKnownUuid(uuid) && !places.some((place) => mayBe(running, place)))
      return [`${who} has neither name, UUID nor configuration, and nothing says that it is this machine`]
    return []
  })
}

/** The hosts on which one of these places is suspended. */
export function suspendedAt(places: readonly MachineRecords[], surveys: HostSurveys): readonly HostName[] {
  const hosts = places.flatMap(([{host, id}]) => {
    const name = recordedHost(host)
    const survey = surveys.get(name)
    return survey?.answered && survey.suspended?.includes(id) ? [name] : []
  })
  return [...new Set(hosts)]
}

/** Two names of one host, as far as both were asked. */
export function isOneHost(one: HostName, other: HostName, surveys: HostSurveys): boolean {
  if (one === other) return true
  const [first, second] = [surveys.get(one), surveys.get(other)]
  if (!first?.answered || !second?.answered) return false
  return first.hostId !== undefined && first.hostId === second.hostId
}

function agrees(uuid: string, recorded: string): boolean {
  return recorded === '' || !isKnownUuid(uuid) || uuid === recorded
}

/** It shows neither UUID nor configuration, and has the name or an address of the machine. */
export function mayBe({id, uuid, label, macs}: RunningMachine, place: MachineRecords): boolean {
  if (id !== '' || isKnownUuid(uuid)) return false
  const own = new Set(place.map(({mac}) => normalizeMac(mac)).filter((mac) => mac !== ''))
  return (label !== '' && label === place[0].label) || macs.some((mac) => own.has(normalizeMac(mac)))
}

function alikeError({pid, label}: RunningMachine): ErrorInfo {
  const what = `process ${pid}${label === '' ? '' : ` (${label})`}`
  return toErrorInfo(new CtysError('MAY_RUN_ELSEWHERE', `${what} shows neither UUID nor configuration, and may be it`))
}
