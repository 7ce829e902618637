/** What a command would act on; asked of the very functions commands use. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../domain/errors.js'
import type {MachineAddress} from '../domain/machine-address.js'
import type {MachineRecords} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Request} from '../domain/request.js'
import {hostType} from '../domain/session-types.js'
import {formatTarget, type Target} from '../domain/target.js'
import type {WhyPick} from '../domain/why-answer.js'
import {makePlan} from '../plan/make-plan.js'
import {resolveRequest} from '../resolve/resolve-request.js'
import {whereInventorySays} from './run-today.js'

export type WhyContext = Pick<AppContext, 'inventory' | 'localName' | 'drivers'>

/** Choose among the hosts where it lies: the one with the fewest or the most machines recorded. */
export type Cost = 'mincnt' | 'maxcnt'

export interface AddressQuestion {
  readonly address: MachineAddress
  readonly targets: readonly Target[]
  /** Upper case. */
  readonly type: string
  readonly cost?: Cost | undefined
}

interface Found {
  readonly fitting: readonly MachineRecords[]
  readonly machines: readonly MachineRecords[]
  readonly context: WhyContext
}

export async function picksOf(question: AddressQuestion, found: Found): Promise<readonly WhyPick[]> {
  const {address, targets, type, cost} = question
  const {fitting, machines, context} = found
  const choice = cost === undefined || fitting.length === 0 ? undefined : chooseHost(fitting, machines, cost)
  const refusal = refusalOf(question, context)
  if (refusal !== undefined) return [{error: refusal}]
  if (choice !== undefined) {
    const target = {host: choice.host}
    const [pick] = await picksOn([target], {address, type, context})
    return pick === undefined ? [] : [{...pick, because: choice.because}]
  }
  if (targets.length > 0) return picksOn(targets, {address, type, context})
  try {
    await whereInventorySays(type, address, undefined, context)
    const [first] = fitting
    return first === undefined ? [] : [{record: first[0]}]
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return [{error: toErrorInfo(error)}]
  }
}

/** Any action on one machine resolves and is planned alike. */
function requestOf({address, type}: {readonly address: MachineAddress; readonly type: string}): Request {
  const action = {kind: 'cancel', machine: address, how: 'poweroff', force: false, graceMs: 0} as const
  return {type, action, targets: [], inventoryUse: 'on'}
}

/** What every command says to a session type that only finds machines, or that nobody knows. */
function refusalOf(question: AddressQuestion, {drivers}: WhyContext): ErrorInfo | undefined {
  try {
    makePlan(requestOf(question), [], drivers)
    return undefined
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return toErrorInfo(error)
  }
}

async function picksOn(
  targets: readonly Target[],
  {address, type, context}: {readonly address: MachineAddress; readonly type: string; readonly context: WhyContext},
): Promise<readonly WhyPick[]> {
  const known = await context.inventory.lookup(address)
  const resolutions = resolveRequest({...requestOf({address, type}), targets}, known, context.localName)
  return resolutions.map((resolution): WhyPick => {
    const host = formatTarget(resolution.target)
    if (!resolution.ok) return {host, error: resolution.error}
    return {host, ...(resolution.record !== undefined && {record: resolution.record})}
  })
}

/** By how many machines the inventory has on each host; the first of equal ones. */
function chooseHost(
  fitting: readonly MachineRecords[],
  machines: readonly MachineRecords[],
  cost: 'mincnt' | 'maxcnt',
) {
  const hosts = [...new Set(fitting.map(([{host}]) => host.toLowerCase()))]
  const loads = hosts.map((host) => ({
    host,
    count: machines.filter(([record]) => record.host.toLowerCase() === host && record.type !== hostType).length,
  }))
  const sign = cost === 'mincnt' ? 1 : -1
  const [best, ...others] = loads.sort((a, b) => sign * (a.count - b.count))
  if (best === undefined) return undefined
  const rest = others.map(({host, count}) => `${host} ${count}`).join(', ')
  const quality = cost === 'mincnt' ? 'fewest' : 'most'
  return {
    host: best.host,
    because:
      rest === ''
        ? 'it lies on this host only'
        : `${quality} machines recorded: ${best.host} ${best.count}, against ${rest}`,
  }
}
