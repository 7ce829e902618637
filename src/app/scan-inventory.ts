import {emptyRecord, type InventoryRecord} from '../domain/inventory-record.js'
import type {EnumeratedMachine, Outcome} from '../domain/outcome.js'
import type {Plan} from '../domain/plan.js'
import type {AppContext, Change, HostScan} from '../domain/ports.js'
import type {Target} from '../domain/target.js'
import {hostNameOf} from '../domain/target.js'
import {runSession} from './run-session.js'

export interface ScanRequest {
  readonly type: string
  readonly targets: readonly Target[]
  readonly basePaths: readonly string[]
}

export interface ScanResult {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly changes: readonly Change[]
}

/** Enumerates all targets and merges what the answering hosts said; only they may lose records. */
export async function scanInventory(request: ScanRequest, context: AppContext): Promise<ScanResult> {
  const {type, targets, basePaths} = request
  const action = {kind: 'enumerate', basePaths} as const
  const {plan, outcomes} = await runSession({type, action, targets, inventoryUse: 'off'}, context)
  const observedAt = `${context.now().toISOString().slice(0, 19)}Z`
  const scans = outcomes.flatMap((outcome): HostScan[] => {
    const target = plan.jobs.find(({id}) => id === outcome.jobId)?.target
    if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate' || target === undefined) return []
    const {machines, rejects, searched, unsearched} = outcome.data
    const host = hostNameOf(target, context.localName)
    const records = machines.flatMap((machine) => recordsOf(machine, {host, observedAt}))
    return [{host, type, records, searched, kept: [...rejects, ...unsearched].map(({path}) => path)}]
  })
  const changes = scans.length === 0 ? [] : await context.inventory.merge(scans, context.signal)
  return {plan, outcomes, changes}
}

/** What the classic scan wrote where a configuration is silent; memory in MiB. */
const defaults = {category: 'VM', vram: '128', vcpu: '1'} as const

/** One record for each interface; the driver has named its facts by inventory field already. */
function recordsOf(machine: EnumeratedMachine, seen: {host: string; observedAt: string}): readonly InventoryRecord[] {
  const {type, label, id, uuid, interfaces} = machine
  return interfaces.map((facts) => ({
    ...emptyRecord(),
    ...defaults,
    ...facts,
    type,
    label,
    id,
    uuid,
    ...seen,
    source: 'scan',
  }))
}
