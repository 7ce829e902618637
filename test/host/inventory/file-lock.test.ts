import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync} from 'node:fs'
import {readdir, stat, writeFile} from 'node:fs/promises'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import {withFileLock} from '../../../src/lib/file-lock.js'
import {acquireByOwnerFile} from '../../../src/lib/file-lock-fallback.js'
import {answerOf, childEnvironment, childPlace, killHard, run, startChild} from '../../fixtures/inventory/run-child.js'

const base = childPlace()

let count = 0
const newLock = (): string => join(base.path, `lock-${count++}`)
const noFlock = childEnvironment('/nonexistent')

describe.each([
  ['flock(1)', childEnvironment()],
  ['an owner file', noFlock],
])('a lock by %s', (_, env) => {
  const take = (lock: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [base.script, 'hold', lock], {stdio: ['ignore', 'pipe', 'inherit'], env})
      let said = ''
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk
      })
      child.once('error', reject)
      child.once('close', () => resolve(answerOf(said)))
    })

  test('keeps another process waiting until it is given back', async () => {
    const lock = newLock()
    const holder = await startChild([base.script, 'hold', lock], env)
    const second = take(lock)
    expect(await Promise.race([second, sleep(400, 'waits')])).toBe('waits')
    holder.stdin?.end()
    expect(await second).toBe('held')
  })

  test('ends with its holder, also by SIGKILL', async () => {
    const lock = newLock()
    for (let round = 0; round < 3; round++) await killHard(await startChild([base.script, 'hold', lock], env))
    expect(await take(lock)).toBe('held')
  })
})

describe('a lock that is held', () => {
  test('makes another give up after its time, naming the holder', async () => {
    const lock = newLock()
    const holder = await startChild([base.script, 'hold', lock])
    const begin = performance.now()
    await expect(withFileLock(lock, {timeoutMs: 300}, async () => 'never')).rejects.toMatchObject({
      code: 'INVENTORY_LOCKED',
      message: expect.stringMatching(
        new RegExp(`^${lock} is held by process ${holder.pid} of .+ on ${hostname()} since 2`),
      ),
      hint: expect.stringContaining('0.3 s'),
    })
    expect(performance.now() - begin).toBeLessThan(3000)
    holder.stdin?.end()
    await once(holder, 'exit')
    expect(await withFileLock(lock, {timeoutMs: 5000}, async () => 'done')).toBe('done')
  })

  test('lets the waiter be interrupted', async () => {
    const lock = newLock()
    await withFileLock(lock, {}, async () => {
      const waiting = withFileLock(lock, {signal: AbortSignal.timeout(100)}, async () => 'never')
      await expect(waiting).rejects.toMatchObject({code: 'INTERRUPTED'})
    })
  })

  test('tells its holder when it is lost', async () => {
    await withFileLock(newLock(), {}, async (lost) => {
      const fired = once(lost, 'abort')
      process.kill(flockChild(), 'SIGKILL')
      await fired
      expect(lost.aborted).toBe(true)
    })
  })
})

/** The flock(1) this process started and that still runs. */
function flockChild(): number {
  for (const task of readdirSync('/proc/self/task')) {
    for (const pid of readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ')) {
      if (pid !== '' && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'flock') return Number(pid)
    }
  }
  throw new Error('no flock among the children')
}

test('the lock is given back when the work throws', async () => {
  const lock = newLock()
  const failing = withFileLock(lock, {}, async () => {
    throw new Error('the work failed')
  })
  await expect(failing).rejects.toThrow('the work failed')
  expect(await withFileLock(lock, {timeoutMs: 2000}, async () => 'done')).toBe('done')
})

test('the lock file is for its owner only, and a path that cannot be opened is an error, not a wait', async () => {
  const lock = newLock()
  await withFileLock(lock, {}, async () => undefined)
  expect((await stat(lock)).mode & 0o777).toBe(0o600)
  await expect(withFileLock(`${lock}/below`, {}, async () => undefined)).rejects.toMatchObject({code: 'ENOTDIR'})
})

describe('an owner file', () => {
  const limits = {timeoutMs: 200, signal: undefined}
  const owner = {pid: 1, host: hostname(), user: 'admin', since: '2026-01-01T00:00:00Z', started: '1'}

  test.each([
    ['of a process that runs', {pid: process.pid, started: ''}],
    ['of another host', {host: 'elsewhere', pid: 2 ** 22 + 1}],
    ['of nobody known', 'cut o'],
  ])('%s is respected', async (_, facts) => {
    const lock = newLock()
    await writeFile(lock, typeof facts === 'string' ? facts : JSON.stringify({...owner, ...facts}))
    await expect(acquireByOwnerFile(lock, limits)).rejects.toMatchObject({code: 'INVENTORY_LOCKED'})
  })

  test.each([
    ['of a process that is gone', {pid: 2 ** 22 + 1}],
    ['of a process whose number another one has now', {pid: process.pid, started: '1'}],
  ])('%s is taken over and nothing stays', async (_, facts) => {
    const lock = newLock()
    await writeFile(lock, JSON.stringify({...owner, ...facts}))
    const held = await acquireByOwnerFile(lock, limits)
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toMatchObject({pid: process.pid})
    await held.release()
    expect((await readdir(base.path)).filter((name) => name.startsWith(lock.slice(base.path.length + 1)))).toEqual([])
  })

  test('of a process that is gone is taken over by one of many', async () => {
    const lock = newLock()
    await writeFile(lock, JSON.stringify({...owner, pid: 2 ** 22 + 1}))
    let holders = 0
    let rounds = 0
    const work = async (): Promise<void> => {
      const held = await acquireByOwnerFile(lock, {timeoutMs: 15_000, signal: undefined})
      expect(++holders).toBe(1)
      await sleep(2)
      holders--
      rounds++
      await held.release()
    }
    await Promise.all(Array.from({length: 12}, work))
    expect(rounds).toBe(12)
  })
})

test('this machine has flock(1), or half of these tests would try the other lock twice', async () => {
  expect((await run('flock', ['--version'])).stdout).toContain('flock')
})
