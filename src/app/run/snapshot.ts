import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {findByAddress} from '../../domain/machine/machine-records.js'
import type {InventoryStore} from '../../domain/ports/ports.js'

/** The inventory, read once for all its questions about many machines. */
export function snapshotOf(inventory: InventoryStore): InventoryStore {
  let reading: Promise<readonly InventoryRecord[]> | undefined
  const all = (): Promise<readonly InventoryRecord[]> => {
    reading ??= inventory.all()
    return reading
  }
  return {...inventory, all, lookup: async (address) => findByAddress(await all(), address)}
}
