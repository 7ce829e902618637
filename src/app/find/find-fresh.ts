import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {type ErrorResult, errorResult} from '../../domain/results/error.js'
import type {FindResult} from '../../domain/results/find.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {parseDuration} from '../../parse/parse-duration.js'
import {checkUser} from '../../parse/target/parse-target.js'
import {selectRecords} from '../../query/selection.js'
import {hostTargetIfAny} from '../targets/host-target.js'
import {type FindInput, findMachines, isMachine, readQuestion} from './find-machines.js'
import {type PlacedRecord, refreshRecords} from './refresh-records.js'

export interface FreshInput extends FindInput {
  /** The oldest knowledge that will do: 60s, 15m, 2h, 1d. */
  readonly maxAge: string
  readonly user?: string | undefined
}

/**
 * `ctys find WORD... --max-age`: looks again on their hosts at the records found that are older, then asks the inventory
 * again and answers. A host that cannot be asked keeps its records. Throws UsageError with all faults.
 */
export async function findFresh(input: FreshInput, context: AppContext): Promise<FindResult | ErrorResult> {
  const {inventory, now} = context
  const faults: string[] = []
  const maxAgeMs = parseDuration('--max-age', input.maxAge, faults)
  checkUser('-l', input.user, faults)
  const {query, selection, hosts} = readQuestion(input, faults)
  if (maxAgeMs === undefined) throw new UsageError(faults)
  const {types} = selection
  const all = await inventory.all()
  const read = hosts ? all : all.filter(isMachine)
  const found = selectRecords(query, read, types === undefined ? {} : {types}, {now: now()})
  const {places, left} = place(found, input.user, context)
  const [refreshed] = await refreshRecords(places, maxAgeMs, context)
  const {plan = {tasks: [], refused: []}, outcomes = []} = refreshed ?? {}
  const failed = new Set(
    plan.tasks
      .filter(({id}) => outcomes.find(({taskId}) => taskId === id)?.status !== 'ok')
      .map(({target}) => hostNameOf(target)),
  )
  const asked = {
    plan,
    outcomes,
    answered: found.some(({host}) => !failed.has(recordedHost(host))),
    ...(left.length > 0 && {left: {count: left.length, of: found.length, why: 'noScan' as const}}),
  }
  try {
    return await findMachines(input, inventory, now(), asked)
  } catch (error) {
    return errorResult(error, asked)
  }
}

/** Records of a type that no scan finds, without a path, or whose host has no name that can be asked for, are left. */
function place(records: readonly InventoryRecord[], user: string | undefined, {registry}: AppContext) {
  const places: PlacedRecord[] = []
  const left: InventoryRecord[] = []
  for (const record of records) {
    const target = hostTargetIfAny(recordedHost(record.host), user)
    const isFound = record.id !== '' && registry.scanned.includes(record.type.toUpperCase())
    if (target !== undefined && isFound) places.push({target, record})
    else left.push(record)
  }
  return {places, left}
}
