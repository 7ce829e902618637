/**
 * What scans remember, one private JSON file for each target in a directory of their own. Only a cache: what is missing,
 * broken, of another release or not ours is no memory, and what cannot be written costs the next scan time and nothing
 * else. Deleting the directory is always safe.
 */
import {createHash} from 'node:crypto'
import {mkdir, open, utimes} from 'node:fs/promises'
import {join} from 'node:path'
import type {ScanMemory, ScanMemoryStore} from '../src/domain/scan-memory.js'
import {atomicWrite} from '../src/lib/atomic-write.js'

/** Raised when what readers of configurations give changes: what older ones gave is not used any more. */
const layout = 1

export function createScanMemory(directory: string): ScanMemoryStore {
  return {
    async load(target) {
      try {
        const {text, writtenAt} = await readOwn(fileOf(directory, target))
        const kept: unknown = JSON.parse(text)
        return isKept(kept, target) ? {...kept.memory, scannedAt: writtenAt} : undefined
      } catch {
        return undefined
      }
    },
    async save(target, memory) {
      try {
        await mkdir(directory, {recursive: true, mode: 0o700})
        const file = fileOf(directory, target)
        await atomicWrite(file, Buffer.from(JSON.stringify({layout, target, memory})))
        await setTime(file)
      } catch {
        // the next scan reads everything
      }
    },
    async renew(target) {
      try {
        await setTime(fileOf(directory, target))
      } catch {
        // it only looks older than it is
      }
    },
  }
}

/** When the host answered is the time of the file, by our clock also where a server keeps it. */
async function setTime(file: string): Promise<void> {
  const now = new Date()
  await utimes(file, now, now)
}

/** Readable for people where the name allows, and never two targets in one file. */
function fileOf(directory: string, target: string): string {
  const readable = target.replace(/[^A-Za-z0-9_.@-]/g, '_').slice(0, 80)
  const hash = createHash('sha256').update(target).digest('hex').slice(0, 12)
  return join(directory, `${readable}.${hash}.json`)
}

/** Throws when somebody else could have written the file. */
async function readOwn(path: string): Promise<{text: string; writtenAt: string}> {
  const file = await open(path)
  try {
    const {uid, mode, mtime} = await file.stat()
    const own = process.getuid === undefined || uid === process.getuid()
    if (!own || (mode & 0o022) !== 0) throw new Error('not ours')
    return {text: await file.readFile('utf8'), writtenAt: `${mtime.toISOString().slice(0, 19)}Z`}
  } finally {
    await file.close()
  }
}

interface Kept {
  readonly memory: ScanMemory
}

function isKept(kept: unknown, target: string): kept is Kept {
  if (!isObject(kept) || kept.layout !== layout || kept.target !== target || !isObject(kept.memory)) return false
  const {asked, bases, types, scannedAt, clock, digest, listing, files} = kept.memory
  return (
    isList(asked, (base) => typeof base === 'string') &&
    isList(bases, (base) => typeof base === 'string') &&
    isList(types, (type) => typeof type === 'string') &&
    typeof scannedAt === 'string' &&
    typeof clock === 'number' &&
    typeof digest === 'string' &&
    typeof listing === 'string' &&
    isObject(files) &&
    Object.values(files).every(isFile)
  )
}

function isFile(file: unknown): boolean {
  if (!Array.isArray(file) || file.length !== 2 || typeof file[0] !== 'string') return false
  const reading: unknown = file[1]
  if (reading === null) return true
  if (!isObject(reading) || typeof reading.type !== 'string' || typeof reading.ignored !== 'boolean') return false
  return isList(reading.rejects, isObject) && (reading.machine === undefined || isMachine(reading.machine))
}

function isMachine(machine: unknown): boolean {
  if (!isObject(machine)) return false
  const names = [machine.type, machine.label, machine.id, machine.uuid]
  return names.every((name) => typeof name === 'string') && isList(machine.interfaces, isObject)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}
