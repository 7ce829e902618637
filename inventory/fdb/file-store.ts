import {join, resolve} from 'node:path'
import {ConfigError, CtysError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {InventoryStore, Snapshot} from '../../src/domain/ports/stores.js'
import {interrupted} from '../../src/lib/deadline.js'
import {makeDirectory} from '../../src/lib/make-directory.js'
import {mergeScans} from '../../src/lib/merge-scans.js'
import {reasonOf} from '../../src/lib/reason-of.js'
import {isMissing, readWithoutBlocking} from '../../src/lib/regular-file.js'
import {loadWriting} from '../../src/lib/writing.js'
import {formatEnumFdb, type ParsedFile, parseEnumFdb} from './ascii.js'
import {type LineSource, linesOf, mostBytes, withLines} from './line-source.js'
import {lookupAddress, lookupTexts, lookupWords} from './lookup.js'
import {surveyLines} from './survey.js'

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

  const parseBytes = (bytes: Buffer): ParsedFile => {
    last = last?.layout.bytes.equals(bytes) ? last : parseEnumFdb(bytes, location)
    return last
  }
  const parse = (): ParsedFile => parseBytes(readInventory(location, (lines) => lines.all()))

  const update: FileStore['update'] = (change, signal) =>
    orIoError(location, signal, async () => {
      await makeDirectory(directory)
      const waiting = {signal, ...(lockTimeoutMs !== undefined && {timeoutMs: lockTimeoutMs})}
      const {atomicWrite, fileBehind, removeLeftovers, withFileLock} = await loadWriting()
      const file = await fileBehind(location)
      return await withFileLock(`${file}.lock`, waiting, async (lost) => {
        await removeLeftovers(file)
        const {records, layout} = parseBytes(await bytesOf(location))
        const changed = change(records)
        if (!isSameList(records, changed.records)) {
          await atomicWrite(file, formatEnumFdb(changed.records, layout), {
            ...(layout.bytes.length > 0 && {backup: `${file}.bak`}),
            signal: AbortSignal.any([signal, lost]),
          })
        }
        return changed
      })
    })

  const read: Read = (work) => readInventory(location, work)

  return {
    location,
    ...answersOf({location, read, parse, isParsed: () => last !== undefined}),
    async open() {
      const bytes = read((lines) => lines.all())
      let parsed: ParsedFile | undefined
      const parseOnce = (): ParsedFile => {
        parsed ??= parseBytes(bytes)
        return parsed
      }
      const isParsed = () => parsed !== undefined
      return answersOf({location, read: (work) => work(linesOf(bytes)), parse: parseOnce, isParsed})
    },
    merge: async (scans, signal) => (await update((records) => mergeScans(records, scans), signal)).changes,
    update,
  }
}

type Read = <T>(work: (lines: LineSource) => T) => T

interface Text {
  readonly location: string
  readonly read: Read
  readonly parse: () => ParsedFile
  /** Then a look for lines costs more than to ask what is there. */
  readonly isParsed: () => boolean
}

function answersOf({location, read, parse, isParsed}: Text): Snapshot {
  const survey = () => read((lines) => surveyLines(lines, location))
  return {
    all: async () => parse().records,
    recorded: async () => parse().records,
    count: async () => (isParsed() ? parse().records.length : survey().records),
    rejects: async () => (isParsed() ? parse() : survey()).rejects,
    lookup: async (address) => read((lines) => lookupAddress(lines, address, undefined, location).machines),
    find: async (words) => read((lines) => lookupWords(lines, words, location)),
    holding: async (texts) => read((lines) => lookupTexts(lines, texts, location)),
  }
}

/** Throws ConfigError INVENTORY_IO; what `work` throws of its own is a CtysError. */
function readInventory<T>(path: string, work: (lines: LineSource) => T): T {
  try {
    return withLines(path, work)
  } catch (error) {
    if (error instanceof CtysError) throw error
    throw new ConfigError('INVENTORY_IO', `cannot read ${path}: ${reasonOf(error)}`, {cause: error})
  }
}

/** While hosts are at work; no file is an empty one. */
async function bytesOf(path: string): Promise<Buffer> {
  try {
    return (await readWithoutBlocking(path, {maxBytes: mostBytes, what: 'an inventory'})).bytes
  } catch (error) {
    if (isMissing(path, error)) return Buffer.alloc(0)
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

/** Merging keeps the objects of what it does not change. */
function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index])
}
