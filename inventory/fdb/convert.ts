import {stat} from 'node:fs/promises'
import {basename, dirname, extname, join} from 'node:path'
import {ConfigError, CtysError} from '../../src/domain/errors.js'
import type {UnreadLine} from '../../src/domain/inventory/changes.js'
import type {
  FileFault,
  InventoryFile,
  InventoryFiles,
  InventoryFormat,
} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import type {InventoryStore} from '../../src/domain/ports/ports.js'
import {atomicWrite, fileBehind, removeLeftovers} from '../../src/lib/atomic-write.js'
import {interrupted} from '../../src/lib/deadline.js'
import {withFileLock} from '../../src/lib/file-lock.js'
import {makeDirectory} from '../../src/lib/make-directory.js'
import {reasonOf} from '../../src/lib/reason-of.js'
import {readInput, readRegularFile} from '../../src/lib/regular-file.js'
import {exportInventory} from '../network/export.js'
import {toYamlMachines} from '../yaml/machine.js'
import {readYaml} from '../yaml/read.js'
import {validateLayout} from '../yaml/validate.js'
import {formatYaml} from '../yaml/yaml.js'
import {applyEdits} from './apply-edits.js'
import {formatEnumFdb, type ParsedFile, parseEnumFdb} from './ascii.js'
import type {FileStore} from './file-store.js'
import {mostBytes} from './line-source.js'
import {mergeDatabases} from './merge-databases.js'

export interface InventoryFilesOptions {
  /** The databases, the first of which is written to. */
  readonly stores: readonly [FileStore, ...FileStore[]]
  /** All of them put together. */
  readonly combined: InventoryStore
}

/** The inventory and files beside it, for everything that converts, checks, edits or merges. */
export function createInventoryFiles({stores, combined}: InventoryFilesOptions): InventoryFiles {
  const [written] = stores
  return {
    location: written.location,
    readAll: async () => readStore(combined, await combined.all()),
    readRecorded: async () => readStore(combined, await combined.recorded()),
    readWritten: async () => readStore(written, await written.recorded()),
    readFile: async (path) => (await readPath(path)).file,
    async check(path) {
      if (path !== undefined) return [checkFile(await readPath(path))]
      return stores.map(({location}) => checkFile(readOwn(location)))
    },
    format: formatRecords,
    export: (format, records, inventory) => exportInventory(format, records, {inventory}),
    write: writeFile,
    applyEdits: (edits, signal) => written.update((records) => applyEdits(records, edits), signal),
    async mergeFiles(files, {dryRun, signal}) {
      if (dryRun) return mergeDatabases(await written.all(), files)
      return written.update((records) => mergeDatabases(records, files), signal)
    },
  }
}

async function readStore(store: InventoryStore, records: readonly InventoryRecord[]): Promise<InventoryFile> {
  const {location} = store
  const faults = (await store.rejects()).map((reject) => faultOf(reject, location))
  return {file: location, format: 'fdb', records, faults}
}

function faultOf({file, line, reason}: UnreadLine, location: string): FileFault {
  return {file: file ?? location, ...(line > 0 && {line}), reason}
}

interface ReadPath {
  readonly file: InventoryFile
  /** Where it is an enum.fdb: its lines. */
  readonly parsed?: ParsedFile
}

async function readPath(path: string): Promise<ReadPath> {
  return parsePath(await bytesOf(path))
}

/** The file of a database has to be there and a regular one. */
function readOwn(path: string): ReadPath {
  try {
    return parsePath({name: path, bytes: readRegularFile(path, limit)})
  } catch (error) {
    throw unreadable(path, error)
  }
}

function parsePath({name, bytes}: Input): ReadPath {
  if (!isEnumFdb(name, bytes)) return {file: {file: name, ...readYaml(bytes, name)}}
  const parsed = parseEnumFdb(bytes, name)
  const {records} = parsed
  const faults = parsed.rejects.map((reject) => faultOf(reject, name))
  return {file: {file: name, format: 'fdb', records, faults}, parsed}
}

function checkFile({file, parsed}: ReadPath): InventoryFile {
  if (parsed === undefined) return file
  const faults = [...file.faults]
  for (const [index, {record}] of parsed.layout.lines.entries()) {
    if (record === undefined) continue
    for (const {pointer, reason} of validateLayout('machine', toYamlMachines([record])[0])) {
      const name = pointer.split('/').at(-1) ?? ''
      faults.push({file: file.file, line: index + 1, ...(name !== '' && {path: name}), reason, record})
    }
  }
  return {...file, faults: faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0))}
}

interface Input {
  readonly name: string
  readonly bytes: Buffer
}

const limit = {maxBytes: mostBytes, what: 'an inventory file'}

async function bytesOf(path: string): Promise<Input> {
  let name = path
  try {
    if (path === '-') name = 'stdin'
    else if ((await stat(path)).isDirectory()) name = join(path, 'enum.fdb')
    return {name, bytes: name === path || path === '-' ? await readInput(path, limit) : readRegularFile(name, limit)}
  } catch (error) {
    throw unreadable(name, error)
  }
}

function unreadable(name: string, error: unknown): CtysError {
  if (error instanceof CtysError) return error
  return new ConfigError('INVENTORY_IO', `cannot read ${name}: ${reasonOf(error)}`, {cause: error})
}

/** By the ending of the name; else it is one whose first line with something to say has the fields of a record. */
function isEnumFdb(name: string, bytes: Buffer): boolean {
  const ending = extname(name).toLowerCase()
  if (ending === '.fdb' || ending === '.bak') return true
  if (['.yaml', '.yml', '.json'].includes(ending)) return false
  const start = bytes.subarray(0, 16_384).toString('latin1')
  const first = start.split('\n').find((line) => !/^\s*(#|$)/.test(line)) ?? ''
  return first.split(';').length >= 15
}

function formatRecords(records: readonly InventoryRecord[], format: InventoryFormat): Buffer {
  if (format === 'fdb') return formatEnumFdb(records)
  if (format === 'json') return Buffer.from(`${JSON.stringify({schemaVersion: 1, records}, null, 2)}\n`)
  return Buffer.from(formatYaml(records))
}

/** The enum.fdb of a database is written as `merge` does it: under its lock, with the file before it kept. */
async function writeFile(
  path: string,
  bytes: Buffer,
  signal: AbortSignal,
  readers: 'owner' | 'umask' = 'owner',
): Promise<void> {
  try {
    const mode = readers === 'umask' ? 0o666 : 0o600
    if (basename(path) !== 'enum.fdb') return await atomicWrite(path, bytes, {signal, mode})
    await makeDirectory(dirname(path))
    const file = await fileBehind(path)
    await withFileLock(`${file}.lock`, {signal}, async (lost) => {
      await removeLeftovers(file)
      await atomicWrite(file, bytes, {backup: `${file}.bak`, signal: AbortSignal.any([signal, lost])})
    })
  } catch (error) {
    if (error instanceof CtysError) throw error
    if (signal.aborted) throw interrupted()
    throw new ConfigError('INVENTORY_IO', `cannot write ${path}: ${reasonOf(error)}`, {cause: error})
  }
}
