/** `ctys show MACHINE`: everything recorded of one machine, and beside it what runs on the hosts it is recorded on. */
import {LookupError, UsageError} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {doubtOf} from '../../domain/machine/list-doubt.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import {areOneMachine, isSamePlace, otherPathsOf, uuidOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords, shortestUniquePlaces} from '../../domain/machine/machine-records.js'
import type {LiveState} from '../../domain/machine/machine-view.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {ScanResult, ShowResult} from '../../domain/results/machine.js'
import {type PlanResult, planResult} from '../../domain/results/run.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {listNames} from '../../lib/list-names.js'
import {pastable} from '../../lib/shell-quote.js'
import {parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {parseDuration} from '../../parse/parse-duration.js'
import {parseNamedTargets} from '../../parse/target/parse-target.js'
import {nearMachine} from '../find/near-machine.js'
import {pathsOf} from '../find/recorded-paths.js'
import {refreshRecords} from '../find/refresh-records.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import type {HostsInput} from '../run/run-command.js'
import {expandTargets} from '../targets/expand-targets.js'
import {hostTargetIfAny} from '../targets/host-target.js'
import {findDifferences} from './differences.js'
import {withRunning} from './unrecorded.js'

export interface ShowInput extends HostsInput {
  readonly machine: string
  /** Ask the inventory only. */
  readonly offline: boolean
  /** Look again at what is recorded when it is older than this. */
  readonly maxAge?: string | undefined
}

export async function showMachine(input: ShowInput, context: AppContext): Promise<ShowResult | PlanResult> {
  const {type, address, named, maxAgeMs} = await readWords(input, context)
  const whereOf = (machines: readonly MachineRecords[]) => targetsOf(machines, named, input.user)
  const isNamed = ([{host}]: MachineRecords) =>
    named === undefined || named.some((target) => hostNameOf(target) === recordedHost(host))

  const find = async () => {
    const known = await context.inventory.lookup(address)
    return pickMachine(known.filter(isNamed), {type, address, named, known}, context)
  }
  let machines = await find().catch(async (error: unknown) => {
    const mayRun = error instanceof LookupError && error.code === 'MACHINE_NOT_FOUND' && named !== undefined
    if (!mayRun || input.offline || input.dryRun) throw error
    throw await withRunning(error, {type, address, named}, context)
  })
  let refreshed: readonly ScanResult[] = []
  if (maxAgeMs !== undefined && !input.dryRun) {
    refreshed = await refreshRecords(recordsAt(machines, whereOf(machines)), maxAgeMs, context)
    machines = refreshed.length === 0 ? machines : await afterRefresh(find, address)
  }
  // the same machine may be recorded elsewhere under another label
  const [own] = machines
  if (named === undefined && own !== undefined) {
    const all = groupMachines(await context.inventory.all())
    const others = otherPathsOf(own, all).filter((other) => machines.every((known) => !isSamePlace(known, other)))
    machines = [...machines, ...others]
  }
  const plan = planLive(input.offline, machines, whereOf(machines), context)
  if (input.dryRun) return planResult(plan)
  const outcomes = await askHosts(plan, {...context, recordedOn: pathsOf(machines.flat())})
  const live = plan.tasks.flatMap(({id, target}) => {
    const host = hostNameOf(target)
    return liveOn(
      host,
      outcomes.find(({taskId}) => taskId === id),
      {machines, uuid: machines.map(uuidOf).find((uuid) => uuid !== '') ?? ''},
    )
  })
  const nobody = input.offline ? [] : [...whereOf(machines)].filter(([, target]) => target === undefined)
  live.push(...nobody.map(([host]) => ({host, status: 'unknown', code: 'NAME_NOT_RESOLVED'}) as const))
  const machine = {recorded: machines.flat(), live, differences: findDifferences(machines, live)}
  const paths = machines.map((records) => ({host: recordedHost(records[0].host), records}))
  return {kind: 'show', paths, machine, plan, outcomes: [...refreshOutcomes(refreshed), ...outcomes]}
}

async function readWords(input: ShowInput, context: AppContext) {
  const faults: string[] = []
  const address = parseMachineWord(input.machine, faults)
  const hosts = await expandTargets(input.targets, context, faults)
  const named = parseNamedTargets(hosts, input.user, faults)
  const maxAgeMs = input.maxAge === undefined ? undefined : parseDuration('--max-age', input.maxAge, faults)
  if (input.offline && input.maxAge !== undefined) faults.push('--max-age asks a host, --offline asks none: give one')
  if (faults.length > 0) throw new UsageError(faults)
  return {type: input.type.toUpperCase(), address, named, maxAgeMs}
}

interface Wanted {
  readonly type: string
  readonly address: MachineAddress
  readonly named: readonly Target[] | undefined
  /** What fits the address, on whichever host. */
  readonly known: readonly MachineRecords[]
}

/** The one machine that fits, with all its paths. What is of the type asked for comes first, else any type is shown. */
async function pickMachine(
  found: readonly MachineRecords[],
  {type, address, named, known}: Wanted,
  {inventory}: AppContext,
): Promise<readonly MachineRecords[]> {
  const ofType = found.filter(([record]) => record.type.toUpperCase() === type)
  const machines = ofType.length > 0 ? ofType : found
  if (machines.length === 0) {
    const places = [...new Set(known.map(([{host}]) => recordedHost(host)))]
    const on = named === undefined ? '' : ` on ${listNames(named.map(formatTarget))}`
    const elsewhere = places.length === 0 ? '' : `; it lies on ${listNames(places)}`
    const hosts = (named ?? []).map((target) => ` ${pastable(formatTarget(target))}`).join('')
    const near = places.length > 0 ? undefined : await nearMachine(address, inventory)
    const why = `ctys why ${pastable(formatAddress(address))}${hosts}`
    throw new LookupError('MACHINE_NOT_FOUND', `the inventory knows no ${formatAddress(address)}${on}${elsewhere}`, {
      hint: `${why} says what comes near; ctys scan${hosts || ' HOST...'} if it is new`,
      ...(near !== undefined && {details: [near]}),
    })
  }
  if (!areOneMachine(machines)) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${formatAddress(address)} fits ${machines.length} machines`, {
      hint: 'name the host, or a longer address',
      details: shortestUniquePlaces(machines, groupMachines(await inventory.all())),
    })
  }
  return machines
}

async function afterRefresh(find: () => Promise<readonly MachineRecords[]>, address: MachineAddress) {
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof LookupError && error.code === 'MACHINE_NOT_FOUND')) throw error
    throw new LookupError(
      'MACHINE_NOT_FOUND',
      `${formatAddress(address)} was recorded, but its host has no such configuration any more`,
      {hint: 'the record was removed; ctys scan HOST... if it was moved'},
    )
  }
}

/** How each host of the machine is reached, by its name in the inventory; undefined for what is no name of one. */
function targetsOf(
  machines: readonly MachineRecords[],
  named: readonly Target[] | undefined,
  user: string | undefined,
): ReadonlyMap<HostName, Target | undefined> {
  const hosts = [...new Set(machines.map(([{host}]) => recordedHost(host)))]
  return new Map(
    hosts.map((host) => {
      const asNamed = named?.find((target) => hostNameOf(target) === host)
      return [host, asNamed ?? hostTargetIfAny(host, user)] as const
    }),
  )
}

function recordsAt(machines: readonly MachineRecords[], places: ReadonlyMap<HostName, Target | undefined>) {
  return machines.flatMap(([record]) => {
    const target = places.get(recordedHost(record.host))
    return target === undefined ? [] : [{target, record}]
  })
}

/** Nothing for a session type without a driver: its machines are listed only. */
function planLive(
  offline: boolean,
  machines: readonly MachineRecords[],
  places: ReadonlyMap<HostName, Target | undefined>,
  context: AppContext,
): ReadingPlan {
  const type = machines[0]?.[0].type.toUpperCase() ?? ''
  if (offline || !context.registry.drivers.has(type)) return {tasks: [], refused: []}
  const targets = [...places.values()].filter((target) => target !== undefined)
  return planQuestion({type, action: {verb: 'list', ask: {}}, targets}, context)
}

/** What a host says of the machine: by its path, or by its UUID where it was started from elsewhere. */
function liveOn(
  host: HostName,
  outcome: Outcome | undefined,
  {
    machines,
    uuid,
  }: {
    readonly machines: readonly MachineRecords[]
    readonly uuid: string
  },
): readonly LiveState[] {
  if (outcome?.status !== 'ok' || outcome.data.kind !== 'list') {
    const code = outcome !== undefined && 'error' in outcome ? outcome.error.code : 'INTERRUPTED'
    return [{host, status: 'unknown', code}]
  }
  const paths = machines.filter(([record]) => recordedHost(record.host) === host).map(([{id}]) => id)
  const own = outcome.data.machines.filter(
    (machine) => (machine.id !== '' && paths.includes(machine.id)) || (uuid !== '' && machine.uuid === uuid),
  )
  const doubt = doubtOf(outcome.data)
  if (own.length === 0) {
    if (doubt !== undefined) return [{host, status: 'unknown', code: doubt}]
    const saved = outcome.data.suspended?.find(({id}) => paths.includes(id))
    if (saved === undefined) return [{host, status: 'notRunning'}]
    return [{host, status: 'suspended', image: saved.image, since: saved.since}]
  }
  const {hostId} = outcome.data
  return own.map((machine) => ({host, status: 'running', machine, ...(hostId !== undefined && {hostId})}))
}

/** Beside those of the list, so their tasks get names of their own. */
function refreshOutcomes(results: readonly ScanResult[]): readonly Outcome[] {
  return results.flatMap(({outcomes}, index) =>
    outcomes.map((outcome) => ({...outcome, taskId: `refresh-${index + 1}.${outcome.taskId}`})),
  )
}
