import {findByWords} from '../../inventory/fdb/query.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {findByAddress} from '../../src/domain/machine/machine-records.js'
import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'
import {interrupted} from '../../src/lib/deadline.js'
import {mergeScans} from '../../src/lib/merge-scans.js'

/** An inventory in memory: the whole port, and the same contract tests as the one in files. */
export function createMemoryInventory(initial: readonly InventoryRecord[] = []): InventoryStore {
  let records = initial
  return {
    location: 'memory',
    ...answersOf(() => records),
    open: async () => {
      const version = records
      return answersOf(() => version)
    },
    merge: async (scans, signal) => {
      if (signal.aborted) throw interrupted()
      const merged = mergeScans(records, scans)
      records = merged.records
      return merged.changes
    },
  }
}

function answersOf(records: () => readonly InventoryRecord[]): Snapshot {
  return {
    all: async () => records(),
    recorded: async () => records(),
    lookup: async (address) => findByAddress(records(), address),
    find: async (words) => ({records: findByWords(records(), words), rejects: []}),
    holding: async () => records(),
    count: async () => records().length,
    rejects: async () => [],
  }
}
