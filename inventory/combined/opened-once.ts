import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'

/**
 * The same inventory for one command: opened with the first question, and all questions are answered from that one
 * version, until the command itself has changed it.
 */
export function openedOnce(store: InventoryStore): InventoryStore {
  let opening: Promise<Snapshot> | undefined
  const open = (): Promise<Snapshot> => {
    opening ??= store.open().catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }
  return {
    location: store.location,
    open,
    all: async () => (await open()).all(),
    recorded: async () => (await open()).recorded(),
    lookup: async (address) => (await open()).lookup(address),
    find: async (words) => (await open()).find(words),
    holding: async (texts) => (await open()).holding(texts),
    count: async () => (await open()).count(),
    rejects: async () => (await open()).rejects(),
    async merge(scans, signal) {
      try {
        return await store.merge(scans, signal)
      } finally {
        opening = undefined
      }
    },
  }
}
