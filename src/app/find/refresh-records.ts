import {posix} from 'node:path'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {ScanResult} from '../../domain/results/machine.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {scanInventory} from '../scan/scan-inventory.js'

/** A record and how its host is reached. */
export interface PlacedRecord {
  readonly target: Target
  readonly record: InventoryRecord
}

/**
 * Looks again at the directories of records that are older than `maxAgeMs`, at all of one host in one session, and
 * merges what the hosts say; nothing else of the hosts is touched. A record with an unknown date is old, one without
 * a path cannot be refreshed. Never rejects for a host that fails: its record stays, and the outcome is in the result.
 * No result: everything was young.
 */
export async function refreshRecords(
  places: readonly PlacedRecord[],
  maxAgeMs: number,
  context: AppContext,
): Promise<readonly ScanResult[]> {
  const {memory: _, ...withoutMemory} = context
  const isOld = ({observedAt}: InventoryRecord) => !(context.now().getTime() - Date.parse(observedAt) <= maxAgeMs)
  const own = new Map<Target, {types: string[]; basePaths: string[]}>()
  const targets = new Map<string, Target>()
  for (const {target: named, record} of places) {
    if (record.id === '' || !isOld(record)) continue
    const target = targets.get(formatTarget(named)) ?? named
    targets.set(formatTarget(named), target)
    const {types, basePaths} = own.get(target) ?? {types: [], basePaths: []}
    own.set(target, {
      types: [...new Set([...types, record.type.toUpperCase()])],
      basePaths: [...new Set([...basePaths, posix.dirname(record.id)])],
    })
  }
  if (own.size === 0) return []
  // without the memory of scans: it is of the whole host, and these are some directories
  return [await scanInventory({targets: [...own.keys()], types: [], basePaths: [], own, mode: 'merge'}, withoutMemory)]
}
