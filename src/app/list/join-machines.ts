/** What is recorded of hosts beside what they say of themselves; pure. */

import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import type {ListedMachine} from '../../domain/machine/listed-machine.js'
import {isKnownUuid, normalizeUuid} from '../../domain/machine/machine-address.js'
import {relationOf, seenLast, uuidOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords} from '../../domain/machine/machine-records.js'
import {everyType, hostType, usualType} from '../../domain/machine/session-types.js'
import type {ListData, RunningMachine} from '../../domain/work/answers.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {recordedHost} from '../../lib/host-name.js'
import {byNaturalOrder} from '../../lib/natural-order.js'
import {mayBe} from '../find/survey-hosts.js'
import {type AskedHost, askedOnce} from './asked-once.js'

export interface JoinInput {
  readonly plan: Plan
  /** Of those that have answered; the others are left out. */
  readonly outcomes: readonly Outcome[]
  /** Of these hosts, and perhaps of others. */
  readonly records: readonly InventoryRecord[]
  /** A session type, or `everyType`. */
  readonly type: string
  /** Session types whose running machines can be listed. */
  readonly listable: (type: string) => boolean
}

/** By host in the order of the plan, then by label; a machine that a host shows under two names or paths once. */
export function joinMachines({plan, outcomes, records, type, listable}: JoinInput): readonly ListedMachine[] {
  const isAsked = (record: InventoryRecord) => {
    const own = record.type.toUpperCase()
    return own !== hostType && (type === everyType || own === type)
  }
  const recorded = new Map<HostName, MachineRecords[]>()
  for (const machine of groupMachines(records.filter(isAsked))) {
    const host = recordedHost(machine[0].host)
    const there = recorded.get(host)
    if (there === undefined) recorded.set(host, [machine])
    else there.push(machine)
  }
  const rows = askedOnce(plan, outcomes).map((host) => {
    const own = placesOnce([...host.names].flatMap((name) => recorded.get(name) ?? []))
    return {host: host.host, rows: rowsOf(host, own, listable)}
  })
  const running = new Map<string, Row[]>()
  for (const row of rows.flatMap((each) => each.rows)) {
    const uuid = row.listed.status === 'running' ? normalizeUuid(row.listed.uuid) : ''
    if (isKnownUuid(uuid)) running.set(uuid, [...(running.get(uuid) ?? []), row])
  }
  return rows.flatMap((each) => each.rows.map((row) => withOtherHosts(row, running)).sort(byName))
}

interface Row {
  readonly listed: ListedMachine
  readonly machine?: MachineRecords
}

function rowsOf(host: AskedHost, machines: readonly MachineRecords[], listable: JoinInput['listable']): readonly Row[] {
  const {outcome} = host
  if (outcome.status !== 'ok' || outcome.data.kind !== 'list') {
    const code = 'error' in outcome ? outcome.error.code : 'INTERRUPTED'
    return machines.map((machine) => ({
      machine,
      listed: {...recordedFacts(host.host, machine), status: 'unknown', code},
    }))
  }
  const {data} = outcome
  const paths = new Set(machines.map(([{id}]) => id))
  const taken = new Set<RunningMachine>()
  const known = machines.map((machine): Row => {
    const facts = recordedFacts(host.host, machine)
    const isListed = listable(machine[0].type.toUpperCase())
    const process =
      processOf(machine, data.machines, paths) ?? (isListed ? undefined : holderOf(machine, data.machines))
    if (process === undefined && !isListed) return {machine, listed: {...facts, status: 'notAsked'}}
    if (process === undefined) return {machine, listed: {...facts, ...stateWithout(machine, data)}}
    taken.add(process)
    return {machine, listed: {...facts, ...liveFacts(process, facts), status: 'running', process}}
  })
  const others = data.machines.filter((process) => !taken.has(process))
  const saved = (data.suspended ?? []).filter(({id}) => !paths.has(id))
  return [
    ...known,
    ...others.map((process): Row => ({listed: {host: host.host, ...liveFacts(process), status: 'running', process}})),
    ...saved.map(
      ({label, id, uuid, image, since}): Row => ({
        listed: {host: host.host, ...noFacts, label, id, uuid, status: 'suspended', image, since},
      }),
    ),
  ]
}

/** By its path; by its UUID where it was started from a path that no record has. What has only its words is none. */
function processOf(
  machine: MachineRecords,
  running: readonly RunningMachine[],
  paths: ReadonlySet<string>,
): RunningMachine | undefined {
  const [{id}] = machine
  const uuid = uuidOf(machine)
  const proven = running.filter(({proof}) => proof !== 'none')
  return (
    proven.find((process) => process.id !== '' && process.id === id) ??
    (uuid === ''
      ? undefined
      : proven.find((process) => normalizeUuid(process.uuid) === uuid && !(process.id !== '' && paths.has(process.id))))
  )
}

/** Machines of other tools have no configuration that leads from their process to them, but their images may. */
function holderOf([{contextString}]: MachineRecords, running: readonly RunningMachine[]): RunningMachine | undefined {
  const images = new Set(contextString.split(' ').filter((path) => path.startsWith('/')))
  return running.find(({proof, disk, id}) => proof !== 'none' && id === '' && disk !== undefined && images.has(disk))
}

/** Of a recorded machine that is none of the processes. */
function stateWithout(machine: MachineRecords, data: ListData) {
  const [{id}] = machine
  const saved = data.suspended?.find((one) => one.id !== '' && one.id === id)
  if (saved !== undefined) return {status: 'suspended', image: saved.image, since: saved.since} as const
  const code = doubtOf(data)
  if (code !== undefined) return {status: 'unknown', code} as const
  const nameless = data.machines.find((process) => process.proof !== 'none' && mayBe(process, machine))
  if (nameless !== undefined) return {status: 'unknown', pid: nameless.pid} as const
  return {status: 'off'} as const
}

/** Of paths that two names of one host have, the one that was seen last. */
function placesOnce(machines: readonly MachineRecords[]): readonly MachineRecords[] {
  const places = new Map<string, MachineRecords>()
  for (const machine of machines) {
    const [{type, id, label, uuid}] = machine
    const key = [type.toUpperCase(), id, ...(id === '' ? [label, normalizeUuid(uuid)] : [])].join('\0')
    const other = places.get(key)
    places.set(key, (other && seenLast([other, machine])) ?? machine)
  }
  return [...places.values()]
}

const noFacts = {type: usualType, label: '', id: '', uuid: '', macs: [], tcps: [], arch: ''} as const

type Facts = Pick<ListedMachine, 'host' | 'type' | 'label' | 'id' | 'uuid' | 'macs' | 'tcps' | 'arch' | 'observedAt'>

function recordedFacts(host: string, machine: MachineRecords): Facts {
  const [{type, label, id, arch, observedAt}] = machine
  const each = (values: readonly string[]) => [...new Set(values)].filter((value) => value !== '')
  return {
    host,
    type: type.toUpperCase(),
    label,
    id,
    uuid: uuidOf(machine),
    macs: each(machine.map(({mac}) => mac)),
    tcps: each(machine.map(({tcp}) => tcp)),
    arch,
    observedAt,
  }
}

/** What the process does not show is taken from the record; its name too, unless its configuration tells it. */
function liveFacts(process: RunningMachine, known: Omit<Facts, 'host'> = noFacts): Omit<Facts, 'host' | 'observedAt'> {
  return {
    type: process.type,
    label: process.id === '' ? known.label || process.label : process.label || known.label,
    id: process.id || known.id,
    uuid: process.uuid || known.uuid,
    macs: process.macs.length > 0 ? process.macs : known.macs,
    tcps: process.tcps.length > 0 ? process.tcps : known.tcps,
    arch: process.arch || known.arch,
  }
}

/** Where a machine that is off here runs, when it has several places. */
function withOtherHosts({listed, machine}: Row, running: ReadonlyMap<string, readonly Row[]>): ListedMachine {
  if (listed.status !== 'off' || machine === undefined) return listed
  const same = (running.get(uuidOf(machine)) ?? []).filter(
    (other) => other.machine === undefined || relationOf(machine, other.machine) === 'same',
  )
  const runsOn = [...new Set(same.map((other) => other.listed.host))].filter((host) => host !== listed.host)
  return runsOn.length === 0 ? listed : {...listed, runsOn}
}

function byName(one: ListedMachine, other: ListedMachine): number {
  const pid = (listed: ListedMachine) => (listed.status === 'running' ? listed.process.pid : 0)
  return byNaturalOrder(one.label, other.label) || byNaturalOrder(one.id, other.id) || pid(one) - pid(other)
}
