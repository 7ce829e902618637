import {findByAddress} from '../../src/domain/machine/machine-records.js'
import type {InventoryStore, MacmapStore, Snapshot} from '../../src/domain/ports/stores.js'
import {findByWords} from '../fdb/query.js'

/**
 * The same inventory, its answers filled from the address map at the time of the question: what a record lacks of MAC
 * address, IP address and network name is there as if it stood in the file, so that a machine is found by it as well.
 * `merge` and everything else that writes sees the file alone. Without an address map the questions are the store's own.
 */
export function createFilledStore<Store extends InventoryStore>(store: Store, macmap: MacmapStore): Store {
  return {
    ...store,
    ...filledAnswers(store, () => macmap.read()),
    async open() {
      let reading: ReturnType<MacmapStore['read']> | undefined
      const readOnce = () => {
        reading ??= macmap.read()
        return reading
      }
      return filledAnswers(await store.open(), readOnce)
    },
  }
}

function filledAnswers(store: Snapshot, readMacmap: MacmapStore['read']): Snapshot {
  const filled = async () => {
    const {entries} = await readMacmap()
    if (entries.length === 0) return undefined
    const {fillFromMacmap} = await import('./fill.js')
    return fillFromMacmap(await store.all(), entries).records
  }
  return {
    recorded: () => store.recorded(),
    count: () => store.count(),
    rejects: () => store.rejects(),
    all: async () => (await filled()) ?? (await store.all()),
    lookup: async (address) => {
      const records = await filled()
      return records === undefined ? store.lookup(address) : findByAddress(records, address)
    },
    holding: async (texts) => (await filled()) ?? (await store.holding(texts)),
    find: async (words) => {
      const records = await filled()
      if (records === undefined) return store.find(words)
      const broken = await store.rejects()
      const rejects = broken.length === 0 ? [] : (await store.find(words)).rejects
      return {records: findByWords(records, words), rejects}
    },
  }
}
