import {type ChildProcess, spawn} from 'node:child_process'
import {constants, open, truncate} from 'node:fs/promises'
import {interrupted} from './deadline.js'
import {acquireByOwnerFile} from './file-lock-fallback.js'
import {describeSelf, type HeldLock, type LockLimits, lockedError, readOwner} from './file-lock-owner.js'

export interface LockOptions {
  /** How long to wait for another holder; default 10 s. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/**
 * Runs `fn` while this process alone, on this machine, holds the lock of that name. The lock is the kernel's (flock(2),
 * held by a child flock(1) for as long as our end of its stdin is open): it ends with us however we end, so nothing can
 * be stale. The file stays and names its last holder. Where flock(1) is missing, an owner file takes its place.
 *
 * Throws ConfigError INVENTORY_LOCKED naming the holder, INTERRUPTED, or the system's error. `fn` gets a signal that
 * fires when the lock is lost; it must change nothing after that.
 */
export async function withFileLock<T>(
  path: string,
  options: LockOptions,
  fn: (lost: AbortSignal) => Promise<T>,
): Promise<T> {
  const limits = {timeoutMs: options.timeoutMs ?? 10_000, signal: options.signal}
  const lock = (await acquireByFlock(path, limits)) ?? (await acquireByOwnerFile(`${path}.owner`, limits))
  try {
    return await fn(lock.lost)
  } finally {
    await lock.release()
  }
}

type Start = 'held' | 'missing' | 'timeout' | 'interrupted' | Error

/** Undefined when this machine has no flock(1). */
async function acquireByFlock(path: string, limits: LockLimits): Promise<HeldLock | undefined> {
  if (limits.signal?.aborted) throw interrupted()
  // made here, so that flock(1) need not choose its mode
  const made = await open(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    0o600,
  )
  try {
    // flock(1) would wait at a pipe
    if (!(await made.stat()).isFile()) throw new Error(`${path} is no regular file`)
  } finally {
    await made.close()
  }
  // its own session: a Ctrl-C at the terminal must not end the lock before the work under it
  const child = spawn('flock', [path, 'cat'], {stdio: 'pipe', detached: true})
  const started = await waitForStart(child, limits)
  if (started === 'held') return holdLock(child, path)
  await endChild(child, 0)
  if (started === 'missing') return undefined
  if (started === 'interrupted') throw interrupted()
  if (started === 'timeout') throw lockedError(path, readOwner(path), limits.timeoutMs)
  throw started
}

/** `cat` gives back what we write as soon as flock(1) has the lock and starts it. */
async function waitForStart(child: ChildProcess, {timeoutMs, signal}: LockLimits): Promise<Start> {
  let complaint = ''
  let timer: NodeJS.Timeout | undefined
  let onAbort: (() => void) | undefined
  try {
    return await new Promise<Start>((resolve) => {
      timer = setTimeout(() => resolve('timeout'), timeoutMs)
      onAbort = () => resolve('interrupted')
      signal?.addEventListener('abort', onAbort, {once: true})
      // EACCES: not found either, but a directory of PATH cannot be searched by this user
      child.once('error', (error: NodeJS.ErrnoException) =>
        resolve(error.code === 'ENOENT' || error.code === 'EACCES' ? 'missing' : error),
      )
      child.once('close', (code) => resolve(new Error(`flock ended with status ${code}: ${complaint.trim()}`)))
      child.stderr?.on('data', (chunk: Buffer) => {
        complaint = `${complaint}${chunk}`.slice(-500)
      })
      child.stdout?.once('data', () => resolve('held'))
      child.stdin?.on('error', () => undefined)
      child.stdin?.write('held\n')
    })
  } finally {
    clearTimeout(timer)
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}

async function holdLock(child: ChildProcess, path: string): Promise<HeldLock> {
  const lost = new AbortController()
  child.once('exit', () => lost.abort(new Error(`the lock ${path} was lost`)))
  await writeOwner(path)
  return {
    lost: lost.signal,
    async release() {
      await truncate(path).catch(() => undefined)
      await endChild(child, 2000)
    },
  }
}

/** Closes its stdin, which ends `cat` and flock(1); after `graceMs` the group is killed. */
async function endChild(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const group = -child.pid
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.stdin?.end()
    timer = setTimeout(() => killGroup(group), graceMs)
  })
  clearTimeout(timer)
}

function killGroup(group: number): void {
  try {
    process.kill(group, 'SIGKILL')
  } catch {
    // it ended just now
  }
}

/** For the message another waiter prints; a lock without it is as good. */
async function writeOwner(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+')
    try {
      await file.truncate()
      await file.writeFile(`${JSON.stringify(describeSelf())}\n`)
    } finally {
      await file.close()
    }
  } catch {
    // the disk is full, say
  }
}
