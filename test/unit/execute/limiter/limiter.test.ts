import {expect, test} from 'vitest'
import {ConnectError, type LoadSign} from '../../../../src/domain/errors.js'
import type {HostSession} from '../../../../src/domain/ports/ports.js'
import {createLimiter, type LimiterOptions} from '../../../../src/execute/limiter/limiter.js'

const {signal} = new AbortController()
const session = {close: async () => undefined} as unknown as HostSession
const tick = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms))
const limiterOf = (options: Partial<LimiterOptions>) =>
  createLimiter({
    most: 32,
    bastionOf: async ({host}) => host.split('-')[0] ?? '',
    openFiles: () => 1000,
    pauses: {silent: [0], dropped: [1, 1], limited: [1, 1, 1], refused: [1, 1]},
    ...options,
  })

/** Counts who is at work by the name of the door. */
function counter() {
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  const count = (name: string, by: number): void => {
    const value = (now.get(name) ?? 0) + by
    now.set(name, value)
    most.set(name, Math.max(most.get(name) ?? 0, value))
  }
  return {
    most,
    async during<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
      for (const name of names) count(name, 1)
      try {
        return await work()
      } finally {
        for (const name of names) count(name, -1)
      }
    },
  }
}

const hosts = (bastion: string, count: number) => Array.from({length: count}, (_, i) => ({host: `${bastion}-${i}`}))
const failing = (load: LoadSign | undefined) =>
  Promise.reject(new ConnectError('UNREACHABLE', 'no', load === undefined ? {} : {load}))

test.each([1, 3, 5])('never more than %i at a time where that is the most', async (most) => {
  const {during, most: seen} = counter()
  const limiter = limiterOf({most})
  const run = (target: {host: string}) =>
    limiter.run(target, signal, ({open}) => during(['all'], () => open(() => tick().then(() => session))))
  await Promise.all([...hosts('a', 20), ...hosts('b', 20)].map(run))
  expect(seen.get('all')).toBe(most)
})

test('so few open files that one host at a time is possible are enough', async () => {
  const {during, most} = counter()
  const limiter = limiterOf({openFiles: () => 1})
  await Promise.all(hosts('a', 5).map((one) => limiter.run(one, signal, () => during(['all'], () => tick()))))
  expect(most.get('all')).toBe(1)
})

test('who waits at a slow door does not hold up the others', async () => {
  let open = (): void => undefined
  const shut = new Promise<void>((resolve) => {
    open = resolve
  })
  const limiter = limiterOf({most: 16})
  const slow = hosts('slow', 100).map((one) =>
    limiter.run(one, signal, (turn) => turn.open(() => shut.then(() => session))),
  )
  const quick = hosts('quick', 100).map((one) =>
    limiter.run(one, signal, (turn) => turn.open(() => tick().then(() => session))),
  )
  await Promise.all(quick)
  open()
  await Promise.all(slow)
})

test('at most eight log in at one door, however many work behind it', async () => {
  const {during, most} = counter()
  const limiter = limiterOf({most: 64})
  await Promise.all(
    hosts('a', 150).map((one) =>
      limiter.run(one, signal, (turn) =>
        during(['work'], async () => {
          await turn.open(() => during(['login'], () => tick(10).then(() => session)))
          await tick(40)
        }),
      ),
    ),
  )
  expect(most.get('login')).toBe(8)
  expect(most.get('work')).toBeGreaterThan(16)
})

test('a door that drops what is too much gets fewer at a time until all are in', async () => {
  let inside = 0
  const limiter = limiterOf({})
  const attempts: number[] = []
  const results = await Promise.all(
    hosts('a', 40).map((one) =>
      limiter.run(one, signal, async (turn) => {
        try {
          await turn.open(async (attempt) => {
            attempts.push(attempt)
            if (inside >= 2) return failing('limited')
            inside += 1
            await tick()
            inside -= 1
            return session
          })
          return 'in'
        } catch {
          return 'dropped'
        }
      }),
    ),
  )
  expect(new Set(results)).toEqual(new Set(['in']))
  expect(Math.max(...attempts)).toBeGreaterThan(1)
})

test.each([
  ['dropped', 3],
  ['limited', 4],
  ['refused', 3],
  [undefined, 1],
] as const)('a door that says %s for good is tried %i times', async (load, times) => {
  let tried = 0
  const open = () => {
    tried += 1
    return failing(load)
  }
  await expect(limiterOf({}).run({host: 'a'}, signal, (turn) => turn.open(open))).rejects.toThrow('no')
  expect(tried).toBe(times)
})

test('a host that is silent while others answer quickly is reported at once', async () => {
  let tried = 0
  const limiter = limiterOf({})
  const quick = hosts('b', 20).map((one) =>
    limiter.run(one, signal, (turn) => turn.open(() => tick().then(() => session))),
  )
  const silent = limiter.run({host: 'a'}, signal, (turn) =>
    turn.open(async () => {
      tried += 1
      await tick(20)
      return failing('silent')
    }),
  )
  await expect(silent).rejects.toThrow('no')
  await Promise.all(quick)
  expect(tried).toBe(1)
})

test('hosts behind one door that fall silent beyond four at a time all answer', async () => {
  let inside = 0
  const limiter = limiterOf({})
  const results = await Promise.allSettled(
    hosts('a', 40).map((one) =>
      limiter.run(one, signal, (turn) =>
        turn.open(async () => {
          inside += 1
          const isTooMany = inside > 4
          await tick(isTooMany ? 20 : 1)
          inside -= 1
          return isTooMany ? failing('silent') : session
        }),
      ),
    ),
  )
  expect(results.filter(({status}) => status === 'rejected')).toEqual([])
})

test('a refusal for good is learned by all who wait without a pause for each', async () => {
  let tried = 0
  const limiter = limiterOf({pauses: {silent: [], dropped: [], limited: [], refused: [30, 30]}})
  const results = await Promise.allSettled(
    hosts('a', 60).map((one) =>
      limiter.run(one, signal, (turn) =>
        turn.open(() => {
          tried += 1
          return failing('refused')
        }),
      ),
    ),
  )
  expect(results.every(({status}) => status === 'rejected')).toBe(true)
  expect(tried).toBeLessThanOrEqual(180)
})

test('an interrupt ends the pause, and nothing is tried again', async () => {
  const interrupt = new AbortController()
  let tried = 0
  const limiter = limiterOf({pauses: {silent: [], dropped: [60_000], limited: [], refused: []}})
  const run = limiter.run({host: 'a'}, interrupt.signal, async (turn) => {
    if (interrupt.signal.aborted) return 'skipped'
    return turn.open(() => {
      tried += 1
      setTimeout(() => interrupt.abort(), 5)
      return failing('dropped')
    })
  })
  expect(await run).toBe('skipped')
  expect(tried).toBe(1)
})
