/**
 * The one place that opens files by name to read them. What ctys reads of its own accord (inventory, groups, macros,
 * settings, host keys) has to be a regular file: a pipe or a device is an error at once and never waited for. What a
 * person names as input may be a pipe. Every reader says how much it takes at most.
 */
import {createHash} from 'node:crypto'
import {closeSync, constants, createReadStream, fstatSync, lstatSync, openSync, readSync, type Stats} from 'node:fs'
import {type FileHandle, open} from 'node:fs/promises'
import {Socket} from 'node:net'
import {dirname} from 'node:path'
import type {Readable} from 'node:stream'
import {isatty} from 'node:tty'
import {interrupted} from './deadline.js'

export interface ReadLimit {
  readonly maxBytes: number
  /** What is read, for the message: `an address map`. */
  readonly what: string
}

export const MiB = 1024 * 1024

/** Why a file is not read although the system would: `code` is NOT_REGULAR, TOO_LARGE or LEADS_NOWHERE. */
export class FileRefused extends Error {
  readonly code: 'NOT_REGULAR' | 'TOO_LARGE' | 'LEADS_NOWHERE'

  constructor(code: FileRefused['code'], message: string) {
    super(message)
    this.name = 'FileRefused'
    this.code = code
  }
}

/** Without O_NONBLOCK a pipe would wait for its writer, and some devices for their medium. */
const readFlags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY

export interface OpenFile {
  readonly fd: number
  readonly stats: Stats
}

/** Runs `work` with the open file. Throws FileRefused for what is no regular file, else the system's error. */
export function withRegularFile<T>(path: string, work: (file: OpenFile) => T): T {
  const fd = openFile(path)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new FileRefused('NOT_REGULAR', `it is ${kindOf(stats)}, no regular file`)
    return work({fd, stats})
  } finally {
    closeSync(fd)
  }
}

/** All of a regular file. Throws as `withRegularFile`, and FileRefused for more than the limit. */
export function readRegularFile(path: string, limit: ReadLimit): Buffer {
  try {
    return withRegularFile(path, (file) => readAll(file, limit))
  } catch (error) {
    isMissing(path, error)
    throw error
  }
}

export interface WholeFile {
  readonly bytes: Buffer
  readonly stats: Stats
}

/**
 * As `readRegularFile`, without keeping the process from hearing a signal where the file system does not answer: what
 * is read while hosts are at work is read in this way.
 */
export async function readWithoutBlocking(path: string, limit: ReadLimit): Promise<WholeFile> {
  let file: FileHandle
  try {
    file = await open(path, readFlags)
  } catch (error) {
    isMissing(path, error)
    throw notADriver(error)
  }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw new FileRefused('NOT_REGULAR', `it is ${kindOf(stats)}, no regular file`)
    if (stats.size > limit.maxBytes) throw tooLarge(limit)
    const chunks: Buffer[] = []
    for (let size = 0; ; ) {
      // one byte more than expected, so that the end is seen without another chunk
      const room = Buffer.allocUnsafeSlow(
        Math.max(stats.size - size, 0) + (size === 0 && stats.size > 0 ? 1 : 64 * 1024),
      )
      const {bytesRead} = await file.read(room, 0, room.length)
      if (bytesRead === 0) return {bytes: chunks.length === 1 ? (chunks[0] ?? room) : Buffer.concat(chunks), stats}
      chunks.push(room.subarray(0, bytesRead))
      size += bytesRead
      if (size > limit.maxBytes) throw tooLarge(limit)
    }
  } finally {
    await file.close()
  }
}

/** As `readRegularFile`; undefined where there is no file of that name. Throws FileRefused for a link that leads nowhere. */
export function readIfThere(path: string, limit: ReadLimit): Buffer | undefined {
  try {
    return readRegularFile(path, limit)
  } catch (error) {
    if (isMissing(path, error)) return undefined
    throw error
  }
}

/**
 * All of an input that a person named: a file, a pipe, which is waited for as cat(1) does, or `-` for standard input.
 * Throws FileRefused for a directory or terminal and for more than the limit, else the system's error.
 */
export async function readInput(path: string, limit: ReadLimit): Promise<Buffer> {
  if (path === '-') return readStream(process.stdin, limit)
  // a pipe is waited for in the event loop: one that is opened without O_NONBLOCK keeps the process from ending
  const fd = openFile(path)
  let close = true
  try {
    const stats = fstatSync(fd)
    if (stats.isDirectory() || isatty(fd)) throw new FileRefused('NOT_REGULAR', `it is ${kindOf(stats)}`)
    if (!stats.isFIFO()) return readAll({fd, stats}, limit)
    close = false
    return await readStream(new Socket({fd, readable: true, writable: false}), limit)
  } finally {
    if (close) closeSync(fd)
  }
}

/** The bytes of a regular file from `offset` on, however many. Throws as `withRegularFile`. */
export function fileStream(path: string, offset = 0): Readable {
  const fd = openFile(path)
  const stats = fstatSync(fd)
  if (!stats.isFile()) {
    closeSync(fd)
    throw new FileRefused('NOT_REGULAR', `it is ${kindOf(stats)}, no regular file`)
  }
  return createReadStream(path, {fd, start: offset, highWaterMark: 256 * 1024})
}

/** At most `length` bytes of a regular file. Throws as `withRegularFile`. */
export function readPiece(path: string, offset: number, length: number): Buffer {
  return withRegularFile(path, ({fd}) => {
    const piece = Buffer.alloc(length)
    return piece.subarray(0, readSync(fd, piece, 0, length, offset))
  })
}

/** The digest of a regular file in hexadecimal digits, and its size. Throws as `withRegularFile`; INTERRUPTED at the signal. */
export async function digestFile(
  path: string,
  algorithm: 'sha256' | 'sha512',
  signal: AbortSignal,
): Promise<{readonly hex: string; readonly bytes: number}> {
  const hash = createHash(algorithm)
  let bytes = 0
  for await (const piece of fileStream(path)) {
    if (signal.aborted) throw interrupted()
    hash.update(piece as Buffer)
    bytes += (piece as Buffer).length
  }
  return {hex: hash.digest('hex'), bytes}
}

/** All of a stream, which may never end. Throws FileRefused for more than the limit, INTERRUPTED at a signal. */
export async function readStream(stream: Readable, limit: ReadLimit): Promise<Buffer> {
  const end = (): void => void stream.destroy(interrupted())
  for (const signal of endSignals) process.on(signal, end)
  try {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of stream) {
      const bytes = Buffer.from(chunk as Buffer | string)
      size += bytes.length
      if (size > limit.maxBytes) throw tooLarge(limit)
      chunks.push(bytes)
    }
    return Buffer.concat(chunks)
  } finally {
    for (const signal of endSignals) process.off(signal, end)
  }
}

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Whether an error of opening says that there is no such file; a link that leads nowhere is one (FileRefused). */
export function isMissing(path: string, error: unknown): boolean {
  if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') return false
  const link = deadLink(path)
  if (link === undefined) return true
  throw new FileRefused('LEADS_NOWHERE', `${link === path ? 'it' : link} is a symbolic link that leads nowhere`)
}

/** The path itself or the directory nearest to it, where that is a link. */
function deadLink(path: string): string | undefined {
  for (let at = path; ; at = dirname(at)) {
    try {
      return lstatSync(at).isSymbolicLink() ? at : undefined
    } catch {
      if (dirname(at) === at) return undefined
    }
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, readFlags)
  } catch (error) {
    throw notADriver(error)
  }
}

/** The error of open(2) for a socket, or for a device without a driver, as FileRefused; any other as it is. */
function notADriver(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ENXIO') return error
  return new FileRefused('NOT_REGULAR', 'it is a socket or a device, no regular file')
}

/** All of an open file from where it stands. Throws FileRefused for more than the limit. */
export function readAll({fd, stats}: OpenFile, limit: ReadLimit): Buffer {
  const size = stats.isFile() ? stats.size : 0
  if (size > limit.maxBytes) throw tooLarge(limit)
  // one byte more than expected, so that the end is seen without growing
  let buffer = Buffer.allocUnsafeSlow(size + 1)
  let filled = 0
  for (;;) {
    const count = readSync(fd, buffer, filled, buffer.length - filled, null)
    if (count === 0) return buffer.subarray(0, filled)
    filled += count
    if (filled > limit.maxBytes) throw tooLarge(limit)
    if (filled === buffer.length) buffer = Buffer.concat([buffer], Math.max(2 * filled, 64 * 1024))
  }
}

function tooLarge({maxBytes, what}: ReadLimit): FileRefused {
  return new FileRefused(
    'TOO_LARGE',
    `${what} has ${maxBytes < MiB ? `${maxBytes / 1024} KiB` : `${maxBytes / MiB} MiB`} at most`,
  )
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isDirectory()) return 'a directory'
  if (stats.isSocket()) return 'a socket'
  return stats.isCharacterDevice() ? 'a terminal or another device' : 'a device'
}
