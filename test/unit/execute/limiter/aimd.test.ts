import {expect, test} from 'vitest'
import {Aimd} from '../../../../src/execute/limiter/aimd.js'

interface Served {
  /** The number at work after each answer. */
  readonly limits: readonly number[]
  readonly slowestMs: number
  /** When the last one was done. */
  readonly ms: number
}

/** What becomes of `count` jobs when the answer of one started with `atWork` others takes as long as `take` says. */
function serve(aimd: Aimd, count: number, take: (now: number, atWork: number) => number): Served {
  const running: {began: number; ends: number; epoch: number}[] = []
  const limits: number[] = []
  let [now, started, slowestMs] = [0, 0, 0]
  for (let done = 0; done < count; done++) {
    while (started < count && running.length < aimd.limit) {
      running.push({began: now, ends: now + take(now, running.length), epoch: aimd.epoch})
      started += 1
    }
    running.sort((a, b) => a.ends - b.ends)
    const first = running.shift()
    if (first === undefined) break
    now = first.ends
    slowestMs = Math.max(slowestMs, now - first.began)
    aimd.answered({...first, ms: now - first.began}, started < count)
    limits.push(aimd.limit)
  }
  return {limits, slowestMs, ms: now}
}

/** One that serves its callers one after the other, each for `eachMs`. */
function queueOf(eachMs: number) {
  let free = 0
  return (now: number) => {
    free = Math.max(free, now) + eachMs
    return free - now
  }
}

const fresh = (most = 128) => new Aimd({start: 16, least: 4, most})

test('grows by one with each answer while all are quick, up to the most', () => {
  const {limits} = serve(fresh(64), 300, () => 100)
  expect(Math.max(...limits)).toBe(64)
  expect(limits.slice(0, 8)).toEqual([16, 16, 17, 18, 19, 20, 21, 22])
})

test.each([100, 250, 400, 800])('one that serves a caller in %i ms is neither flooded nor left idle', (eachMs) => {
  const count = 300
  const {limits, ms} = serve(fresh(), count, queueOf(eachMs))
  expect(ms).toBeLessThan(count * eachMs * 1.05)
  // how long a caller waits once the number has settled, in the half of all
  const settled = limits.slice(50)
  expect(Math.max(...settled) * eachMs).toBeLessThan(8_000)
})

test('the slowness of a far network is no crowd: fewer make nothing faster, so the number grows again', () => {
  const {limits} = serve(fresh(64), 400, () => 3_000)
  expect(limits.at(-1)).toBe(64)
})

test('few that are slow among many change nothing', () => {
  let n = 0
  const {limits} = serve(fresh(32), 300, () => (n++ % 5 === 0 ? 10_000 : 100))
  expect(limits.at(-1)).toBe(32)
})

test('what was started before a decrease is not held against the new number', () => {
  const aimd = fresh()
  const before = aimd.epoch
  aimd.failed(before)
  expect(aimd.limit).toBe(8)
  aimd.failed(before)
  aimd.failed(before)
  expect(aimd.limit).toBe(8)
  aimd.failed(aimd.epoch)
  aimd.failed(aimd.epoch)
  expect(aimd.limit).toBe(4)
})

test('without anything that waits it does not grow', () => {
  const aimd = fresh()
  for (let i = 0; i < 50; i++) aimd.answered({began: i, ms: 50, epoch: aimd.epoch}, false)
  expect(aimd.limit).toBe(16)
})

test('hosts that are not there slow nothing down', () => {
  const aimd = fresh(32)
  for (let i = 0; i < 50; i++) aimd.absent(true)
  expect(aimd.limit).toBe(32)
})
