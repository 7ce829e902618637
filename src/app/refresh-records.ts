import {posix} from 'node:path'
import type {InventoryRecord} from '../domain/inventory-record.js'
import type {AppContext} from '../domain/ports.js'
import type {Target} from '../domain/target.js'
import {type ScanResult, scanInventory} from './scan-inventory.js'

/** A record and how its host is reached. */
export interface PlacedRecord {
  readonly target: Target
  readonly record: InventoryRecord
}

/**
 * Looks again at the configurations of records that are older than `maxAgeMs`, and merges what the hosts say; nothing
 * else of the hosts is touched. A record with an unknown date is old, one without a path cannot be refreshed. Never
 * rejects for a host that fails: its record stays, and the outcome is in the result. No result: everything was young.
 */
export async function refreshRecords(
  places: readonly PlacedRecord[],
  maxAgeMs: number,
  context: AppContext,
): Promise<readonly ScanResult[]> {
  const {memory: _, ...withoutMemory} = context
  const isOld = ({observedAt}: InventoryRecord) => !(context.now().getTime() - Date.parse(observedAt) <= maxAgeMs)
  const searches = new Map<string, {type: string; base: string; targets: Target[]}>()
  for (const {target, record} of places) {
    if (record.id === '' || !isOld(record)) continue
    const type = record.type.toUpperCase()
    const base = posix.dirname(record.id)
    const key = JSON.stringify([type, base])
    const search = searches.get(key)
    if (search === undefined) searches.set(key, {type, base, targets: [target]})
    else search.targets.push(target)
  }
  const results: ScanResult[] = []
  for (const {type, base, targets} of searches.values()) {
    // without the memory of scans: it is of the whole host, and this is one directory
    results.push(await scanInventory({targets, types: [type], basePaths: [base], mode: 'merge'}, withoutMemory))
  }
  return results
}
