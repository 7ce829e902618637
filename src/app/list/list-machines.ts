/** `ctys list`: every machine of the hosts, as it is recorded and as it runs. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../../domain/errors.js'
import type {UnreadLine} from '../../domain/inventory/changes.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {ListResult} from '../../domain/results/machine.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import type {Target} from '../../domain/target.js'
import {hostNameOf, ownHost} from '../../lib/host-name.js'
import {pathsOf, recordedOn} from '../find/recorded-paths.js'
import {answer, planQuestion} from '../run/ask-hosts.js'
import type {HostsInput} from '../run/run-command.js'
import {askedTargets} from '../targets/asked-targets.js'
import {joinMachines} from './join-machines.js'

export interface ListInput extends HostsInput {
  /** Only what runs. */
  readonly running: boolean
}

/** Throws UsageError, or ConfigError where the hosts are those of an inventory that cannot be read. */
export async function listMachines(
  input: ListInput,
  context: AppContext,
): Promise<ListResult | RunResult | PlanResult> {
  const asked = await askedTargets(input, context)
  const type = input.type.toUpperCase()
  const plan = planQuestion({type, action: {verb: 'list', ask: {}}, ...asked}, context)
  if (input.dryRun) return planResult(plan)
  if (input.running) {
    const asking = {...context, recordedOn: recordedOn(asked.targets, context)}
    return answer(plan, asking, (outcomes) => answersResult(plan, outcomes))
  }
  const {records, unread, error} = await readRecords(asked.targets, asked.isDefault, context)
  const listable = (name: string) => context.registry.drivers.get(name)?.verbs.list !== undefined
  const asking = {...context, recordedOn: pathsOf(records)}
  return answer(plan, asking, (outcomes): ListResult => {
    const machines = joinMachines({plan, outcomes, records, type, listable})
    const {location} = context.inventory
    return {kind: 'list', plan, outcomes, machines, unread, location, ...(error !== undefined && {error})}
  })
}

interface Recorded {
  readonly records: readonly InventoryRecord[]
  readonly unread: readonly UnreadLine[]
  /** Why nothing is known of what is recorded: what runs can be told nevertheless. */
  readonly error?: ErrorInfo
}

async function readRecords(targets: readonly Target[], isAll: boolean, {inventory}: AppContext): Promise<Recorded> {
  try {
    // a name stands in its record as it was typed
    const names = targets.map((target) => hostNameOf(target).replace(/:[0-9]+$/, ''))
    const some = names.includes(ownHost) ? [...names, 'localhost'] : names
    // any of them may have named a host
    if (isAll) return {records: await inventory.all(), unread: await inventory.rejects()}
    return {records: await inventory.holding(some), unread: []}
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return {records: [], unread: [], error: toErrorInfo(error)}
  }
}
