import {setTimeout as delay} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {withDeadline, withPatience} from '../../../src/lib/deadline.js'

const timeout = () => new Error('too long')
const never = new Promise<never>(() => undefined)

/** This process does nothing else for so long. */
function stall(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('work that takes too long is an error, work in time its value', async () => {
  await expect(withDeadline(never, {ms: 50, timeout})).rejects.toThrow('too long')
  expect(await withDeadline(Promise.resolve('done'), {ms: 50, timeout})).toBe('done')
})

test('time in which this process did not run is not the silence of others', async () => {
  const answer = delay(60, 'in time')
  const work = withDeadline(answer, {ms: 100, timeout})
  await delay(5)
  stall(400)
  expect(await work).toBe('in time')
})

test('a sign of the other side begins the limit anew', async () => {
  const work = async (heard: () => void): Promise<string> => {
    for (let signs = 0; signs < 10; signs++) {
      await delay(30)
      heard()
    }
    return 'slow but there'
  }
  expect(await withPatience(work, {ms: 200, timeout})).toBe('slow but there')
})

test('signs for ever have a limit, too', async () => {
  const talking: {timer?: NodeJS.Timeout} = {}
  const work = (heard: () => void): Promise<never> => {
    talking.timer = setInterval(heard, 5)
    return never
  }
  await expect(withPatience(work, {ms: 60, longestMs: 180, timeout})).rejects.toThrow('too long')
  clearInterval(talking.timer)
})

test('an interrupt ends the wait', async () => {
  const interrupt = new AbortController()
  const work = withDeadline(never, {ms: 60_000, signal: interrupt.signal, timeout})
  interrupt.abort()
  await expect(work).rejects.toMatchObject({code: 'INTERRUPTED'})
})
