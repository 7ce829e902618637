import {statSync} from 'node:fs'
import type {UnreadLine} from '../../src/domain/inventory/changes.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {identityOf} from '../../src/domain/machine/machine-records.js'
import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'
import {findByWords} from '../fdb/query.js'

export interface NamedStore {
  /** Named by the user: that it is not there is said with every answer, but is no error. */
  readonly directory: string
  readonly store: InventoryStore
}

/**
 * Several databases as one: they are put together when asked, and a machine that is in more than one of them is taken
 * from the first, with all its interfaces. Scans are merged into the first. Lines that could not be read say of which
 * file they are; the line of a whole file or directory is 0.
 */
export function createCombinedStore(named: readonly [NamedStore, ...NamedStore[]]): InventoryStore {
  const stores = named.map(({store}) => store)
  const [first] = named
  const locations = stores.map(({location}) => location)
  return {
    location: locations.join(', '),
    ...combinedAnswers(stores, {named, locations}),
    open: async () => combinedAnswers(await Promise.all(stores.map((store) => store.open())), {named, locations}),
    merge: (scans, signal) => first.store.merge(scans, signal),
  }
}

interface Origin {
  readonly named: readonly NamedStore[]
  readonly locations: readonly string[]
}

function combinedAnswers(stores: readonly Snapshot[], {named, locations}: Origin): Snapshot {
  /** Answers of all stores without the machines that a store before them has. */
  async function combine<T>(
    answers: readonly (readonly T[])[],
    recordOf: (answer: T) => InventoryRecord,
  ): Promise<readonly T[]> {
    let combined: readonly T[] = []
    const hidden = new Set<string>()
    for (const [index, answer] of answers.entries()) {
      const shown = hidden.size === 0 ? answer : answer.filter((item) => !hidden.has(identityOf(recordOf(item))))
      combined = combined.length === 0 ? shown : combined.concat(shown)
      const isAskedAgain = answers.slice(index + 1).some((later) => later.length > 0)
      if (isAskedAgain) for (const record of (await stores[index]?.all()) ?? []) hidden.add(identityOf(record))
    }
    return combined
  }

  const all = async () => combine(await Promise.all(stores.map((store) => store.all())), (record) => record)
  const recorded = async () => combine(await Promise.all(stores.map((store) => store.recorded())), (record) => record)

  return {
    all,
    recorded,
    async holding(texts) {
      return combine(await Promise.all(stores.map((store) => store.holding(texts))), (record) => record)
    },
    count: async () => (stores.length === 1 && stores[0] ? stores[0].count() : (await all()).length),
    async lookup(address) {
      return combine(await Promise.all(stores.map((store) => store.lookup(address))), ([record]) => record)
    },
    async find(words) {
      const found = await Promise.all(stores.map((store) => store.find(words)))
      const rejects = found.flatMap((one, index) => one.rejects.map((line) => inFile(line, locations[index])))
      const combined = await combine(
        found.map(({records}) => records),
        (record) => record,
      )
      return {
        // once more for their order: whole labels first, of whichever store
        records: stores.length > 1 ? findByWords(combined, words) : combined,
        rejects: [...missing(named), ...rejects],
      }
    },
    async rejects() {
      const lines = await Promise.all(
        stores.map(async (store, index) => (await store.rejects()).map((line) => inFile(line, locations[index]))),
      )
      return [...missing(named), ...lines.flat()]
    },
  }
}

function inFile(line: UnreadLine, location: string | undefined): UnreadLine {
  return {...(location !== undefined && {file: location}), ...line}
}

function missing(named: readonly NamedStore[]): readonly UnreadLine[] {
  return named
    .filter(({directory}) => !isThere(directory))
    .map(({directory}) => ({file: directory, line: 0, reason: 'there is no such directory'}))
}

function isThere(path: string): boolean {
  try {
    return statSync(path) !== undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}
