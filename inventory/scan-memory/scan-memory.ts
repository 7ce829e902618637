/**
 * What scans remember, one private JSON file for each target in a directory of their own. Only a cache: what is missing,
 * broken, of another release or not ours is no memory, and what cannot be written costs the next scan time and nothing
 * else. Deleting the directory is always safe.
 */
import {createHash} from 'node:crypto'
import type {Stats} from 'node:fs'
import {lstat, rm, stat, utimes} from 'node:fs/promises'
import {join} from 'node:path'
import {crc32} from 'node:zlib'
import type {ScanMemory, ScanMemoryStore} from '../../src/domain/inventory/scan-memory.js'
import {atomicWrite} from '../../src/lib/atomic-write.js'
import {makeDirectory} from '../../src/lib/make-directory.js'
import {MiB, readWithoutBlocking} from '../../src/lib/regular-file.js'

/** Raised when what readers of configurations give changes: what older ones gave is not used any more. */
const layout = 2

const limit = {maxBytes: 512 * MiB, what: 'the memory of a scan'}

/**
 * Two lines of JSON. The first is what a host is asked with; the second, as large as its directories, is only needed with
 * the answer and known to be whole by its checksum.
 */
interface Head {
  readonly layout: number
  readonly target: string
  readonly crc: number
  readonly memory: Omit<ScanMemory, 'scannedAt' | keyof Rest>
}

type Rest = Pick<ScanMemory, 'listing' | 'files'>

export function createScanMemory(directory: string): ScanMemoryStore {
  return {
    async load(target) {
      try {
        await refuseLink(directory)
        const {bytes, writtenAt} = await readOwn(fileOf(directory, target))
        const end = bytes.indexOf(0x0a)
        const head: unknown = JSON.parse(bytes.toString('utf8', 0, end))
        const rest = bytes.subarray(end + 1)
        if (end === -1 || !isHead(head, target) || crc32(rest) !== head.crc) return undefined
        return withRest({...head.memory, scannedAt: writtenAt}, rest)
      } catch {
        return undefined
      }
    },
    async save(target, {listing, files, scannedAt: _, ...memory}) {
      try {
        await refuseLink(directory)
        await makeDirectory(directory)
        await refuseLink(directory)
        const file = fileOf(directory, target)
        const rest = Buffer.from(JSON.stringify({listing, files} satisfies Rest))
        const head = JSON.stringify({layout, target, crc: crc32(rest), memory} satisfies Head)
        // one that others may write would keep its permissions
        await rm(file, {force: true})
        await atomicWrite(file, Buffer.concat([Buffer.from(`${head}\n`), rest]))
        await setTime(file)
      } catch {
        // the next scan reads everything
      }
    },
    async renew(target) {
      try {
        await refuseLink(directory)
        await setTime(fileOf(directory, target))
      } catch {
        // it only looks older than it is
      }
    },
  }
}

/** The rest is read once, when first asked for or when there is time: while the host looks at its files. */
function withRest(head: Omit<ScanMemory, keyof Rest>, bytes: Buffer): ScanMemory {
  let known: Rest | undefined
  const rest = (): Rest => {
    known ??= JSON.parse(bytes.toString()) as Rest
    return known
  }
  setImmediate(rest)
  return {
    ...head,
    get listing() {
      return rest().listing
    },
    get files() {
      return rest().files
    },
  }
}

/**
 * Throws for a link of somebody else, which may lead to files of ours, and for a directory that somebody else has or may
 * write: what lies in it is no memory, and nothing is left there.
 */
async function refuseLink(directory: string): Promise<void> {
  const entry = await lstat(directory).catch(() => undefined)
  if (entry === undefined) return
  const isTrusted = ({uid}: Stats): boolean => process.getuid === undefined || uid === 0 || uid === process.getuid()
  const end = await stat(directory)
  if (!isTrusted(entry) || !end.isDirectory() || !isTrusted(end) || (end.mode & 0o022) !== 0)
    throw new Error('not ours')
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
async function readOwn(path: string): Promise<{bytes: Buffer; writtenAt: string}> {
  const {bytes, stats} = await readWithoutBlocking(path, limit)
  const own = process.getuid === undefined || stats.uid === process.getuid()
  if (!own || (stats.mode & 0o022) !== 0) throw new Error('not ours')
  return {bytes, writtenAt: `${stats.mtime.toISOString().slice(0, 19)}Z`}
}

function isHead(head: unknown, target: string): head is Head {
  if (!isObject(head) || head.layout !== layout || head.target !== target || !isObject(head.memory)) return false
  const {asked, bases, types, clock, digest} = head.memory
  const areTexts = [asked, bases, types].every((list) => Array.isArray(list) && list.every(isText))
  return areTexts && typeof clock === 'number' && isText(digest)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
