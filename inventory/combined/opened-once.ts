import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {findByAddress} from '../../src/domain/machine/machine-records.js'
import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'

/**
 * The same inventory for one command: opened with the first question, and all questions are answered from that one
 * version, until the command itself has changed it. Who has asked for all records gets addresses looked up in them.
 */
export function openedOnce(store: InventoryStore): InventoryStore {
  let opening: Promise<Snapshot> | undefined
  let reading: Promise<readonly InventoryRecord[]> | undefined
  const forget = (): void => {
    opening = undefined
    reading = undefined
  }
  const open = (): Promise<Snapshot> => {
    opening ??= store.open().catch((error) => {
      forget()
      throw error
    })
    return opening
  }
  const all = (): Promise<readonly InventoryRecord[]> => {
    reading ??= open()
      .then((snapshot) => snapshot.all())
      .catch((error) => {
        reading = undefined
        throw error
      })
    return reading
  }
  return {
    location: store.location,
    open,
    all,
    recorded: async () => (await open()).recorded(),
    lookup: async (address) =>
      reading === undefined ? (await open()).lookup(address) : findByAddress(await reading, address),
    find: async (words) => (await open()).find(words),
    holding: async (texts) => (await open()).holding(texts),
    count: async () => (await open()).count(),
    rejects: async () => (await open()).rejects(),
    async merge(scans, signal) {
      try {
        return await store.merge(scans, signal)
      } finally {
        forget()
      }
    },
  }
}
