import {isUtf8} from 'node:buffer'
import {join, resolve} from 'node:path'
import {ConfigError, CtysError} from '../../src/domain/errors.js'
import type {MacmapStore} from '../../src/domain/ports/ports.js'
import {interrupted} from '../../src/lib/deadline.js'
import {makeDirectory} from '../../src/lib/make-directory.js'
import {reasonOf} from '../../src/lib/reason-of.js'
import {isMissing, MiB, readWithoutBlocking} from '../../src/lib/regular-file.js'
import {loadWriting} from '../../src/lib/writing.js'

export interface MacmapStoreOptions {
  readonly directory: string
  /** How long `merge` waits for another ctys; default 10 s. */
  readonly lockTimeoutMs?: number
}

/**
 * The address map as the text file `macmap.fdb` of an inventory directory, beside it `macmap.fdb.bak`, the file before
 * the last change, and `macmap.fdb.lock`. A merge that changes nothing writes nothing; one that fails or is killed at
 * any point leaves the file as it was.
 */
export function createMacmapStore({directory, lockTimeoutMs}: MacmapStoreOptions): MacmapStore {
  const location = join(resolve(directory), 'macmap.fdb')
  return {
    location,
    async read() {
      const bytes = await readMacmap(location)
      // most inventories have none, and a question should not load what reads it
      if (bytes.length === 0) return {entries: [], rejects: []}
      const {parseMacmap} = await import('./macmap.js')
      return parseMacmap(bytes.toString())
    },
    async merge(found, signal) {
      try {
        await makeDirectory(directory)
        const waiting = {signal, ...(lockTimeoutMs !== undefined && {timeoutMs: lockTimeoutMs})}
        const {atomicWrite, fileBehind, removeLeftovers, withFileLock} = await loadWriting()
        const {mergeMacmap} = await import('./macmap-merge.js')
        const file = await fileBehind(location)
        return await withFileLock(`${file}.lock`, waiting, async (lost) => {
          await removeLeftovers(file)
          const bytes = await readMacmap(location)
          if (!isUtf8(bytes)) throw new ConfigError('INVENTORY_FORMAT', `${location} is not valid UTF-8`)
          const merged = mergeMacmap(bytes.toString(), found)
          if (merged.changes.length > 0) {
            await atomicWrite(file, Buffer.from(merged.text), {
              ...(bytes.length > 0 && {backup: `${file}.bak`}),
              signal: AbortSignal.any([signal, lost]),
            })
          }
          return merged.changes
        })
      } catch (error) {
        if (error instanceof CtysError) throw error
        if (signal.aborted) throw interrupted()
        throw ioError('write', location, error)
      }
    },
  }
}

/** Several maps as one: read together, written to the first. */
export function combineMacmaps(stores: readonly [MacmapStore, ...MacmapStore[]]): MacmapStore {
  const [first, ...others] = stores
  if (others.length === 0) return first
  return {
    location: stores.map(({location}) => location).join(', '),
    async read() {
      const maps = await Promise.all(stores.map((store) => store.read()))
      return {
        entries: maps.flatMap(({entries}) => entries),
        rejects: maps.flatMap(({rejects}, index) =>
          rejects.map((reject) => ({file: stores[index]?.location ?? '', ...reject})),
        ),
      }
    },
    merge: (found, signal) => first.merge(found, signal),
  }
}

async function readMacmap(path: string): Promise<Buffer> {
  try {
    return (await readWithoutBlocking(path, {maxBytes: 64 * MiB, what: 'an address map'})).bytes
  } catch (error) {
    if (isMissing(path, error)) return Buffer.alloc(0)
    throw ioError('read', path, error)
  }
}

function ioError(what: 'read' | 'write', path: string, cause: unknown): ConfigError {
  return new ConfigError('INVENTORY_IO', `cannot ${what} ${path}: ${reasonOf(cause)}`, {cause})
}
