import {mkdir, readFile} from 'node:fs/promises'
import {join, resolve} from 'node:path'
import {ConfigError, CtysError} from '../src/domain/errors.js'
import type {InventoryRecord} from '../src/domain/inventory-record.js'
import type {InventoryStore} from '../src/domain/ports.js'
import {interrupted} from '../src/lib/deadline.js'
import {mergeScans} from '../src/lib/merge-scans.js'
import {loadWriting} from '../src/lib/writing.js'
import {formatEnumFdb, type ParsedFile, parseEnumFdb} from './ascii.js'
import {lookupAddress, lookupWords} from './lookup.js'

export interface FileStoreOptions {
  readonly directory: string
  /** How long `merge` waits for another ctys; default 10 s. */
  readonly lockTimeoutMs?: number
}

export interface FileStore extends InventoryStore {
  /** As `merge`, with any change of the records; those that stay have to be the very objects `change` was given. */
  update<T extends {readonly records: readonly InventoryRecord[]}>(
    change: (records: readonly InventoryRecord[]) => T,
    signal: AbortSignal,
  ): Promise<T>
}

/**
 * The inventory as the text file `enum.fdb` of a directory, beside it `enum.fdb.bak`, the file before the last change,
 * and `enum.fdb.lock`. No file is an empty inventory. A merge that changes nothing writes nothing; one that fails or is
 * killed at any point leaves the file as it was.
 */
export function createFileStore({directory, lockTimeoutMs}: FileStoreOptions): FileStore {
  const location = join(resolve(directory), 'enum.fdb')
  let last: ParsedFile | undefined

  const parse = async (): Promise<ParsedFile> => {
    const bytes = await readInventory(location)
    last = last?.layout.bytes.equals(bytes) ? last : parseEnumFdb(bytes, location)
    return last
  }

  const update: FileStore['update'] = (change, signal) =>
    orIoError(location, signal, async () => {
      await mkdir(resolve(directory), {recursive: true, mode: 0o700})
      const waiting = {signal, ...(lockTimeoutMs !== undefined && {timeoutMs: lockTimeoutMs})}
      const {atomicWrite, removeLeftovers, withFileLock} = await loadWriting()
      return await withFileLock(`${location}.lock`, waiting, async (lost) => {
        await removeLeftovers(location)
        const {records, layout} = await parse()
        const changed = change(records)
        if (!isSameList(records, changed.records)) {
          await atomicWrite(location, formatEnumFdb(changed.records, layout), {
            ...(layout.bytes.length > 0 && {backup: `${location}.bak`}),
            signal: AbortSignal.any([signal, lost]),
          })
        }
        return changed
      })
    })

  return {
    location,
    all: async () => (await parse()).records,
    rejects: async () => (await parse()).rejects,
    lookup: async (address) => lookupAddress(await readInventory(location), address, undefined, location).machines,
    find: async (words) => lookupWords(await readInventory(location), words, location),
    merge: async (scans, signal) => (await update((records) => mergeScans(records, scans), signal)).changes,
    update,
  }
}

async function readInventory(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw new ConfigError('INVENTORY_IO', `cannot read ${path}: ${reasonOf(error)}`, {cause: error})
  }
}

async function orIoError<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CtysError) throw error
    if (signal.aborted) throw interrupted()
    throw new ConfigError('INVENTORY_IO', `cannot write ${path}: ${reasonOf(error)}`, {
      hint: 'nothing was lost; free space or correct the permissions of its directory, then try again',
      cause: error,
    })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Merging keeps the objects of what it does not change. */
function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
