/** Where each machine of a call is acted on: on the hosts named on which it lies, or where the inventory says. */
import {CtysError, type ErrorInfo, LookupError, PreconditionError, toErrorInfo} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import type {Action} from '../../domain/work/verbs.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import type {Cost} from '../../resolve/choose-by-load.js'
import type {HostSurvey} from '../find/survey-hosts.js'
import {addressAt} from './address-at.js'
import {type Choice, choosePlace, type PlaceRequest} from './choose-place.js'
import {placesOf} from './places-of.js'
import type {Selected} from './selected-machine.js'
import {type StartOptions, withStartSettings} from './start-settings.js'

/** What is done with each machine, one after the other; the same on every host of it. */
export type Steps = (machine: MachineAddress) => readonly [Action, ...Action[]]

export interface OrderSettings extends StartOptions {
  /** Session type in upper case. */
  readonly type: string
  readonly steps: Steps
  readonly named: readonly Target[] | undefined
  readonly user?: string | undefined
  readonly cost?: Cost | undefined
  readonly notOn: ReadonlySet<HostName>
  readonly dryRun: boolean
}

/** One machine with where it is acted on, or why it is not. */
export type Order =
  | {
      readonly machine: MachineAddress
      readonly actions: readonly [Action, ...Action[]]
      readonly type: string
      readonly targets: readonly Target[]
      readonly choice?: Choice
    }
  | {readonly refused: Refusal}

interface Refusal {
  /** Absent where it is of no one host. */
  readonly host?: string | undefined
  readonly machine: string
  readonly error: ErrorInfo
}

/** What is not known ends the call, all of it at once; what cannot be done now only leaves its machine out. */
export async function ordersOf(
  machines: readonly Selected[],
  settings: OrderSettings,
  context: AppContext,
): Promise<readonly Order[]> {
  const orders: Order[] = []
  const errors: CtysError[] = []
  const seen = new Map<HostName, HostSurvey>()
  const planned = new Map<HostName, number>()
  for (const selected of machines) {
    try {
      const found = await orderOf(selected, {...settings, seen, planned}, machines.length > 1, context)
      if (found === undefined) continue
      orders.push(found)
      if ('choice' in found && found.choice !== undefined) {
        const host = hostNameOf(found.choice.target)
        planned.set(host, (planned.get(host) ?? 0) + 1)
      }
    } catch (error) {
      if (!(error instanceof CtysError) || context.signal.aborted) throw error
      if (machines.length > 1 && error instanceof PreconditionError) {
        orders.push({refused: await refusalOf(selected, error, context)})
      } else errors.push(error)
    }
  }
  const [first, ...more] = errors
  if (first === undefined) {
    if (orders.length > 0) return orders
    throw new LookupError('MACHINE_NOT_FOUND', 'none of the machines that fit lies on a host named')
  }
  if (more.length === 0) throw first
  throw new LookupError('MACHINE_NOT_FOUND', `${errors.length} machines cannot be told; nothing was begun`, {
    details: errors.flatMap(({code, message, details = []}) => [`${code}: ${message}`, ...details]),
    hint: first.hint ?? 'ctys find shows what there is',
  })
}

/** It is of the first host on which it lies: a question went to all of them. */
async function refusalOf(selected: Selected, error: PreconditionError, {inventory}: AppContext): Promise<Refusal> {
  const places = selected.by === 'name' ? await inventory.lookup(selected.machine) : selected.places
  const [first] = places
  const machine = selected.by === 'name' ? selected.machine : addressAt(selected.places[0])
  return {host: first?.[0].host, machine: formatAddress(machine), error: toErrorInfo(error)}
}

interface Choosing extends OrderSettings {
  readonly seen: Map<HostName, HostSurvey>
  readonly planned: ReadonlyMap<HostName, number>
}

/** Undefined for what was searched and lies on none of the hosts named. */
async function orderOf(
  selected: Selected,
  settings: Choosing,
  isOneOfMany: boolean,
  context: AppContext,
): Promise<Order | undefined> {
  const {type, named, user, dryRun, notOn, seen, planned} = settings
  const isNamed = ([{host}]: MachineRecords) =>
    named === undefined || named.some((target) => hostNameOf(target) === recordedHost(host))
  if (selected.by === 'name' && named !== undefined) {
    const targets = isOneOfMany ? await whereItLies(selected.machine, type, named, context) : named
    return {machine: selected.machine, actions: await actionsOf(selected.machine, settings, context), type, targets}
  }
  const places =
    selected.by === 'name' ? await placesOf(type, selected.machine, context) : selected.places.filter(isNamed)
  const [first] = places
  if (first === undefined) return undefined
  const machine = selected.by === 'name' ? selected.machine : addressAt(first)
  const [action] = settings.steps(machine)
  const purpose = purposeOf(action)
  const cost = settings.cost ?? 'mincnt'
  const choice = await choosePlace(places, {machine, purpose, cost, notOn, user, dryRun, seen, planned}, context)
  const host = hostNameOf(choice.target)
  // as it was named: user@host
  const target = named?.find((one) => hostNameOf(one) === host) ?? choice.target
  const there = places.find(([record]) => recordedHost(record.host) === host) ?? first
  const own = selected.by === 'name' ? machine : addressAt(there)
  return {
    ...{machine: own, actions: await actionsOf(own, settings, context), type, targets: [target]},
    choice: {...choice, target, machine: formatAddress(own)},
  }
}

function purposeOf(action: Action): PlaceRequest['purpose'] {
  if (action.verb !== 'create' || action.ask.mode === 'connect') return 'act'
  return action.ask.mode === 'resume' ? 'resume' : 'start'
}

async function actionsOf(machine: MachineAddress, settings: OrderSettings, context: AppContext) {
  const [first, ...more] = settings.steps(machine)
  const startOptions = {allowVncNetwork: settings.allowVncNetwork}
  const starts = (action: Action) => action.verb === 'create' && action.ask.mode !== 'connect'
  const anyStarts = [first, ...more].some(starts)
  const withSettings = (action: Action) =>
    withStartSettings(action, anyStarts && !starts(action) ? {} : startOptions, context)
  return [await withSettings(first), ...(await Promise.all(more.map(withSettings)))] as const
}

/** Of the hosts named those on which the inventory has it; all of them where it has it on none. */
async function whereItLies(
  machine: MachineAddress,
  type: string,
  named: readonly Target[],
  {inventory}: AppContext,
): Promise<readonly Target[]> {
  const known = await inventory.lookup(machine)
  const hosts = new Set(
    known.flatMap(([{host, type: other}]) => (other.toUpperCase() === type ? [recordedHost(host)] : [])),
  )
  const there = named.filter((target) => hosts.has(hostNameOf(target)))
  return there.length > 0 ? there : named
}
