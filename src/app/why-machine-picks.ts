/** What a command would act on; asked of the very functions commands use. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../domain/errors.js'
import type {MachineAddress} from '../domain/machine-address.js'
import type {MachineRecords} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Request} from '../domain/request.js'
import {formatTarget, type Target, targetOfHost} from '../domain/target.js'
import type {WhyPick} from '../domain/why-answer.js'
import {makePlan} from '../plan/make-plan.js'
import {type Cost, chooseByLoad, recordedLoads} from '../resolve/choose-by-load.js'
import {resolveRequest} from '../resolve/resolve-request.js'
import {placesOf} from './places-of.js'

export type WhyContext = Pick<AppContext, 'inventory' | 'groups' | 'localName' | 'drivers'>

export interface AddressQuestion {
  readonly address: MachineAddress
  readonly targets: readonly Target[]
  /** Upper case. */
  readonly type: string
  readonly cost?: Cost | undefined
}

interface Found {
  readonly fitting: readonly MachineRecords[]
  readonly context: WhyContext
}

export async function picksOf(question: AddressQuestion, found: Found): Promise<readonly WhyPick[]> {
  const {address, targets, type, cost} = question
  const {fitting, context} = found
  const refusal = refusalOf(question, context)
  if (refusal !== undefined) return [{error: refusal}]
  if (cost !== undefined && fitting.length > 0) return pickByLoad(fitting, cost, question, context)
  if (targets.length > 0) return picksOn(targets, {address, type, context})
  try {
    const places = await placesOf(type, address, context)
    const several = new Set(places.map(([{host}]) => host.toLowerCase())).size > 1
    const picks = await pickByLoad(places, 'mincnt', question, context)
    if (!several) return picks.map(({host: _, because: __, ...pick}) => pick)
    return picks.map((pick) => ({...pick, because: `${pick.because}; where it runs, if it does`}))
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return [{error: toErrorInfo(error)}]
  }
}

/** On the one host of several that has the least, or the most, recorded. */
async function pickByLoad(
  places: readonly MachineRecords[],
  cost: Cost,
  {address, type}: AddressQuestion,
  context: WhyContext,
): Promise<readonly WhyPick[]> {
  const hosts = [...new Set(places.map(([{host}]) => host.toLowerCase()))]
  const {host, because} = chooseByLoad(recordedLoads(hosts, await context.inventory.all()), cost, 'recorded')
  const picks = await picksOn([targetOfHost(host, context.localName)], {address, type, context})
  return picks.map((pick) => ({...pick, because}))
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
