/** What a command would act on; asked of the very functions commands use. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../../domain/errors.js'
import type {MachineAddress} from '../../domain/machine/machine-address.js'
import {groupMachines} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {Request} from '../../domain/work/request.js'
import type {WhyPick} from '../../domain/work/why-answer.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {makePlan} from '../../plan/make-plan.js'
import type {Cost} from '../../resolve/choose-by-load.js'
import {resolveRequest} from '../../resolve/resolve-request.js'
import {placeByRecords} from '../run/choose-place.js'
import {placesOf} from '../run/places-of.js'

export type WhyContext = Pick<AppContext, 'inventory' | 'groups' | 'now' | 'registry'>

export interface AddressQuestion {
  readonly address: MachineAddress
  readonly targets: readonly Target[]
  /** Upper case. */
  readonly type: string
  readonly cost?: Cost | undefined
}

export async function picksOf(question: AddressQuestion, context: WhyContext): Promise<readonly WhyPick[]> {
  const {address, targets, type, cost} = question
  const refusal = refusalOf(question, context)
  if (refusal !== undefined) return [{error: refusal}]
  if (targets.length > 0) return picksOn(targets, {address, type, context})
  try {
    const places = await placesOf(type, address, context)
    const [first, ...others] = [...new Set(places.map(([{host}]) => recordedHost(host)))]
    const hosts = [first ?? ownHost, ...others] as const
    const {target, because} = await placeByRecords(hosts, {cost: cost ?? 'mincnt', user: undefined}, context)
    const picks = await picksOn([target], {address, type, context})
    if (cost === undefined && hosts.length < 2) return picks.map(({host: _, ...pick}) => pick)
    return picks.map((pick) => ({...pick, because}))
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return [{error: toErrorInfo(error)}]
  }
}

/** Any action on one machine resolves and is planned alike. */
function requestOf({address, type}: {readonly address: MachineAddress; readonly type: string}): Request {
  const action = {verb: 'cancel', ask: {machine: address, how: 'poweroff', force: false, graceMs: 0}} as const
  return {type, action, targets: [], inventoryUse: 'on'}
}

/** What every command says to a session type that only finds machines, or that nobody knows. */
function refusalOf(question: AddressQuestion, {registry}: WhyContext): ErrorInfo | undefined {
  try {
    makePlan(requestOf(question), [], registry)
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
  const all = known.length > 1 ? groupMachines(await context.inventory.all()) : known
  const {registry} = context
  const {drivers} = registry
  const resolutions = resolveRequest({...requestOf({address, type}), targets}, {known, all, drivers})
  return resolutions.map((resolution): WhyPick => {
    const host = formatTarget(resolution.target)
    if (!resolution.ok) return {host, error: resolution.error}
    return {host, ...(resolution.record !== undefined && {record: resolution.record})}
  })
}
