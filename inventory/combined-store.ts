import {stat} from 'node:fs/promises'
import type {InventoryRecord} from '../src/domain/inventory-record.js'
import {identityOf} from '../src/domain/machine-records.js'
import type {InventoryStore, UnreadLine} from '../src/domain/ports.js'
import {findByWords} from './query.js'

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

  /** Answers of all stores without the machines that a store before them has. */
  async function combine<T>(
    answers: readonly (readonly T[])[],
    recordOf: (answer: T) => InventoryRecord,
  ): Promise<readonly T[]> {
    const combined: T[] = []
    const hidden = new Set<string>()
    for (const [index, answer] of answers.entries()) {
      combined.push(...answer.filter((item) => !hidden.has(identityOf(recordOf(item)))))
      const isAskedAgain = answers.slice(index + 1).some((later) => later.length > 0)
      if (isAskedAgain) for (const record of (await stores[index]?.all()) ?? []) hidden.add(identityOf(record))
    }
    return combined
  }

  return {
    location: stores.map(({location}) => location).join(', '),
    async all() {
      return combine(await Promise.all(stores.map((store) => store.all())), (record) => record)
    },
    async lookup(address) {
      return combine(await Promise.all(stores.map((store) => store.lookup(address))), ([record]) => record)
    },
    async find(words) {
      const found = await Promise.all(stores.map((store) => store.find(words)))
      const rejects = found.flatMap((one, index) => one.rejects.map((line) => inFile(line, stores[index]?.location)))
      const combined = await combine(
        found.map(({records}) => records),
        (record) => record,
      )
      return {
        // once more for their order: whole labels first, of whichever store
        records: stores.length > 1 ? findByWords(combined, words) : combined,
        rejects: [...(await missing(named)), ...rejects],
      }
    },
    async rejects() {
      const lines = await Promise.all(
        stores.map(async (store) => (await store.rejects()).map((line) => inFile(line, store.location))),
      )
      return [...(await missing(named)), ...lines.flat()]
    },
    merge: (scans, signal) => first.store.merge(scans, signal),
  }
}

function inFile(line: UnreadLine, location: string | undefined): UnreadLine {
  return {...(location !== undefined && {file: location}), ...line}
}

async function missing(named: readonly NamedStore[]): Promise<readonly UnreadLine[]> {
  const faults = await Promise.all(
    named.map(async ({directory}) => {
      const isThere = await stat(directory).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
      )
      return isThere ? [] : [{file: directory, line: 0, reason: 'there is no such directory'}]
    }),
  )
  return faults.flat()
}
