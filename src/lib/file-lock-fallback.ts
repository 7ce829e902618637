import {execFile} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {link, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {setTimeout as sleep} from 'node:timers/promises'
import {promisify} from 'node:util'
import {interrupted} from './deadline.js'
import {
  describeSelf,
  type HeldLock,
  type LockLimits,
  type LockOwner,
  lockedError,
  readOwner,
} from './file-lock-owner.js'

interface Owner extends LockOwner {
  /** Start time of the process as its system gives it; with the pid it names one process for good. */
  readonly started: string
}

const pollMs = 25

/**
 * The lock where flock(1) is missing (macOS): a file that names its owner and appears whole, by link(2). It is taken
 * over only from a process of this machine that is provably gone, and by one taker at a time: the right to take over is
 * a lock of the same kind beside it.
 */
export async function acquireByOwnerFile(path: string, {timeoutMs, signal}: LockLimits): Promise<HeldLock> {
  const limit = Date.now() + timeoutMs
  for (;;) {
    if (signal?.aborted) throw interrupted()
    if (await claim(path)) return {lost: new AbortController().signal, release: () => remove(path)}
    const owner = readOwner<Owner>(path)
    if (owner !== undefined && (await isGone(owner))) await takeAway(path, {limit, signal})
    else if (Date.now() >= limit) throw lockedError(path, owner, timeoutMs)
    else await sleep(pollMs)
  }
}

/** False when somebody has it. */
async function claim(path: string): Promise<boolean> {
  const temporary = `${path}.tmp-${process.pid}-${randomBytes(6).toString('hex')}`
  const owner: Owner = {...describeSelf(), started: (await startTime(process.pid)) ?? ''}
  try {
    await writeFile(temporary, JSON.stringify(owner), {flag: 'wx', mode: 0o600})
    await link(temporary, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await remove(temporary)
  }
}

/** Removes the file of an owner that is gone; looks again once nobody else may do so. */
async function takeAway(
  path: string,
  {limit, signal}: {limit: number; signal: AbortSignal | undefined},
): Promise<void> {
  const right = await acquireByOwnerFile(`${path}.next`, {timeoutMs: Math.max(0, limit - Date.now()), signal})
  try {
    const owner = readOwner<Owner>(path)
    if (owner === undefined || !(await isGone(owner))) return
    const grave = `${path}.tmp-${owner.pid}-gone`
    await rename(path, grave)
    await remove(grave)
  } finally {
    await right.release()
  }
}

async function isGone({host, pid, started}: Owner): Promise<boolean> {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  const now = await startTime(pid)
  return now !== undefined && started !== '' && now !== started
}

/** proc(5), field 22 of stat; ps(1) elsewhere. Undefined when it cannot be told. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return await psStartTime(pid)
  }
}

async function psStartTime(pid: number): Promise<string | undefined> {
  try {
    const {stdout} = await promisify(execFile)('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {timeout: 5000})
    return stdout.trim() || undefined
  } catch {
    return undefined
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, {force: true}).catch(() => undefined)
}
