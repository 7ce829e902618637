/** `-r` of ctys-vhost: what the hosts of records say runs there now. */
import {toErrorInfo} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import {isKnownUuid, normalizeUuid} from '../../domain/machine/machine-address.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import {everyType, hostType} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {recordedHost} from '../../lib/host-name.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {hostTarget} from '../targets/host-target.js'
import {pathsOf} from './recorded-paths.js'

export interface LiveStates {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** One for each record, in their order. */
  readonly states: readonly RecordState[]
  /** Indices of records whose machine stands among them under another name of its host. */
  readonly again: ReadonlySet<number>
}

/** Asks every host once, in parallel. Types without a driver are not asked for; a record of the host itself is. */
export async function liveStates(
  records: readonly InventoryRecord[],
  {user, context}: {readonly user: string | undefined; readonly context: AppContext},
): Promise<LiveStates> {
  const isAsked = ({type}: InventoryRecord) => context.registry.drivers.has(type.toUpperCase()) || isHost(type)
  const hostOf = ({host}: InventoryRecord) => recordedHost(host)
  const hosts = [...new Set(records.filter(isAsked).map(hostOf))]
  const named = new Map<Target, HostName>()
  const refused: Outcome[] = []
  for (const host of hosts) {
    try {
      named.set(hostTarget(host, user), host)
    } catch (error) {
      const info = toErrorInfo(error)
      refused.push({taskId: `host-${refused.length + 1}`, host, ms: 0, status: 'failed', phase: 'resolve', error: info})
    }
  }
  const targets = [...named.keys()]
  const plan = planQuestion({type: everyType, action: {verb: 'list', ask: {}}, targets}, context)
  const outcomes = [...(await askHosts(plan, {...context, recordedOn: pathsOf(records)})), ...refused]
  const answers = new Map(refused.map((outcome) => [outcome.host, outcome]))
  for (const {id, target} of plan.tasks) {
    const outcome = outcomes.find(({taskId}) => taskId === id)
    if (outcome !== undefined) answers.set(named.get(target) ?? '', outcome)
  }
  const paths = new Set(records.map((record) => placeOf(hostOf(record), record.id)))
  const states = records.map((record): RecordState => {
    const {host, id, label} = record
    const base = {host, id, label}
    if (!isAsked(record)) return {...base, status: 'notAsked'}
    const outcome = answers.get(hostOf(record))
    if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') {
      const code = outcome !== undefined && 'error' in outcome ? outcome.error.code : 'INTERRUPTED'
      return {...base, status: 'unknown', code}
    }
    if (isHost(record.type)) return {...base, status: 'running'}
    const isKnown = (path: string) => paths.has(placeOf(hostOf(record), path))
    const machine = processOf(record, outcome.data.machines, isKnown)
    if (machine !== undefined) return {...base, status: 'running', machine}
    const doubt = doubtOf(outcome.data)
    if (doubt !== undefined) return {...base, status: 'unknown', code: doubt}
    const saved = outcome.data.suspended?.find((one) => one.id === id)
    if (saved === undefined) return {...base, status: 'notRunning'}
    return {...base, status: 'suspended', image: saved.image, since: saved.since}
  })
  return {plan, outcomes, states, again: recordedTwice(records, hostOf, answers)}
}

function recordedTwice(
  records: readonly InventoryRecord[],
  hostOf: (record: InventoryRecord) => HostName,
  answers: ReadonlyMap<string, Outcome>,
): ReadonlySet<number> {
  const names = new Map<string, HostName>()
  const again = new Set<number>()
  for (const [i, record] of records.entries()) {
    const name = hostOf(record)
    const outcome = answers.get(name)
    const hostId = outcome?.status === 'ok' && outcome.data.kind === 'list' ? outcome.data.hostId : undefined
    const {type, id, label, uuid} = record
    if (hostId === undefined) continue
    const key = [hostId, type.toUpperCase(), id, ...(id === '' ? [label, normalizeUuid(uuid)] : [])].join('\0')
    const known = names.get(key)
    if (known === undefined) names.set(key, name)
    else if (known !== name) again.add(i)
  }
  return again
}

function isHost(type: string): boolean {
  return type.toUpperCase() === hostType
}

function placeOf(host: HostName, path: string): string {
  return `${host}\0${path}`
}

/** By its path; by its UUID where it was started from a path that no record has. */
function processOf(
  record: InventoryRecord,
  machines: readonly RunningMachine[],
  isKnown: (path: string) => boolean,
): RunningMachine | undefined {
  const uuid = normalizeUuid(record.uuid)
  const byPath = machines.find(({id}) => id !== '' && id === record.id)
  if (byPath !== undefined || !isKnownUuid(uuid)) return byPath
  return machines.find(({id, uuid: live}) => normalizeUuid(live) === uuid && (id === '' || !isKnown(id)))
}
