import {PassThrough} from 'node:stream'
import {expect, test} from 'vitest'
import {AnswerBudget} from '../../../../src/transport/shell/budget.js'
import {FrameReader} from '../../../../src/transport/shell/frames.js'

const mark = '0123456789abcdef j1 '

function reader(maxUnasked = 1_000_000) {
  const stream = new PassThrough()
  let floods = 0
  const frames = new FrameReader(stream, {maxUnasked, onFlood: () => floods++})
  let refusals = 0
  const limit = (maxBytes: number) => ({maxBytes, onTooMuch: () => refusals++})
  const send = async (...chunks: readonly string[]) => {
    for (const chunk of chunks) stream.write(chunk)
    await new Promise(setImmediate)
  }
  return {frames, limit, send, refusals: () => refusals, floods: () => floods}
}

test('a frame is found wherever it is cut, byte by byte too', async () => {
  const text = `data\n with\0 things\n${mark}17\n`
  for (const size of [1, 2, 7, 30, 1000]) {
    const {frames, limit, send} = reader()
    const next = frames.next(mark, limit(10_000))
    await send(...(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []))
    const {data, word} = await next
    expect([data.toString(), word]).toEqual(['data\n with\0 things', '17'])
  }
})

test('beyond its limit an answer is refused once, dropped, and its frame still found', async () => {
  const {frames, limit, send, refusals} = reader()
  const next = frames.next(mark, limit(100))
  await send('x'.repeat(101), 'x'.repeat(5_000), `\n${mark}0\n`)
  expect(await next).toMatchObject({data: Buffer.alloc(0), word: '0'})
  expect(refusals()).toBe(1)
})

test('single bytes are not free', async () => {
  const {frames, limit, send, refusals} = reader()
  void frames.next(mark, limit(10_000))
  await send(...Array.from({length: 1_000}, () => 'x'))
  expect(refusals()).toBe(1)
})

test('a word without an end is refused', async () => {
  const {frames, limit, send, refusals} = reader()
  void frames.next(mark, limit(10_000))
  await send(`\n${mark}`, '9'.repeat(200))
  expect(refusals()).toBe(1)
})

test('what nobody asked for, or was refused, has a limit, and then nothing is read', async () => {
  const {frames, limit, send, floods} = reader(1_000)
  await send('x'.repeat(900))
  void frames.next(mark, limit(10))
  await send('y'.repeat(11), 'y'.repeat(101), `\n${mark}0\n`)
  expect(floods()).toBe(1)
  await send('y'.repeat(5_000))
  expect(floods()).toBe(1)
})

test('when the answers of all are too large together the largest is cut off, whoever asked last', () => {
  const mebi = 1024 * 1024
  const budget = new AnswerBudget(10 * mebi)
  const cut: string[] = []
  const [large, small] = ['large', 'small'].map((name) => budget.open(() => cut.push(name)))
  large?.take(9 * mebi)
  small?.take(3 * mebi)
  expect(cut).toEqual([])
  small?.take(2 * mebi)
  expect(cut).toEqual(['large'])
  small?.take(4 * mebi)
  expect(cut).toEqual(['large'])
})

test('what stays of an answer counts until the end, and everybody has a share that is not counted', () => {
  const mebi = 1024 * 1024
  const budget = new AnswerBudget(10 * mebi)
  const first = budget.open(() => undefined)
  expect(first.hold(11 * mebi)).toBe(true)
  first.close()
  const others = Array.from({length: 20}, () => budget.open(() => undefined))
  expect(others.map((account) => account.hold(mebi))).toEqual(others.map(() => true))
  expect(others[0]?.hold(mebi)).toBe(false)
})
