/** Frames between ends of a segment: who gets what, what is dropped, and how an end is lost. */
import {Duplex, PassThrough} from 'node:stream'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {FrameHub} from '../../../../../src/app/net/span/frame-hub.js'
import {FrameReader, OutOfStep} from '../../../../../src/app/net/span/frame-reader.js'
import type {Carried} from '../../../../../src/domain/ports/frame-carrier.js'

const all = 'ff'.repeat(6)
const [a, b, c] = ['02000000000a', '02000000000b', '02000000000c']

function frame(to: string, from: string, text = 'x'.repeat(46)): Buffer {
  return Buffer.concat([Buffer.from(`${to}${from}88b5`, 'hex'), Buffer.from(text)])
}

function packet(data: Buffer, length = data.length): Buffer {
  return Buffer.concat([Buffer.from([length >> 8, length & 0xff]), data])
}

/** An end whose host is this test: what is written to `host` comes from it, `got` is what it was sent. */
class TestEnd {
  readonly host = new PassThrough()
  readonly got: Buffer[] = []
  takes = true
  readonly waiting: (() => void)[] = []
  #ended: (reason: string) => void = () => undefined
  readonly stream = Object.assign(
    new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.got.push(chunk)
        if (this.takes) done()
        else this.waiting.push(done)
      },
      final: (done) => {
        done()
        this.#ended('it left')
      },
    }),
    {
      ended: new Promise<string>((resolve) => {
        this.#ended = resolve
      }),
    },
  )

  says(...packets: readonly Buffer[]): void {
    for (const one of packets) this.stream.push(one)
  }

  dies(reason: string): void {
    this.#ended(reason)
  }

  /** Frames it was sent, each in hexadecimal. */
  frames(): readonly string[] {
    return new FrameReader().read(Buffer.concat(this.got)).map((one) => one.toString('hex'))
  }
}

describe('a stream of frames', () => {
  test('is read whatever pieces it comes in', () => {
    const frames = [frame(all, a), frame(b, a, 'odd'), frame(c, b, 'y'.repeat(1500))]
    const bytes = Buffer.concat([Buffer.alloc(2), ...frames.map((one) => packet(one)), Buffer.alloc(4)])
    for (const size of [1, 2, 3, 61, 4096]) {
      const reader = new FrameReader()
      const read: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) read.push(...reader.read(bytes.subarray(at, at + size)))
      expect(read, `pieces of ${size}`).toEqual(frames)
    }
  })

  test('that is none is told and not kept', () => {
    expect(() => new FrameReader().read(Buffer.from('bash: not found\n'))).toThrow(OutOfStep)
  })
})

describe('a hub', () => {
  const {signal: never} = new AbortController()
  let hub: FrameHub
  let ends: TestEnd[]
  let carried: Promise<Carried>[]

  beforeEach(() => {
    vi.useFakeTimers()
    hub = new FrameHub({beatMs: 1_000, silenceMs: 5_000})
    ends = [new TestEnd(), new TestEnd(), new TestEnd()]
    carried = ends.map(({stream}, index) => hub.carry({host: `h${index}`, stream, note: () => undefined}, never))
  })
  afterEach(() => vi.useRealTimers())

  const settle = () => vi.advanceTimersByTimeAsync(0)

  test('sends what is for all to all others, and what is for one to that one once it is known', async () => {
    const [one, two, three] = ends
    one?.says(packet(frame(all, a)))
    await settle()
    expect([one?.frames(), two?.frames(), three?.frames()]).toEqual([
      [],
      [frame(all, a).toString('hex')],
      [frame(all, a).toString('hex')],
    ])
    two?.says(packet(frame(a, b)))
    await settle()
    expect(one?.frames()).toEqual([frame(a, b).toString('hex')])
    expect(three?.frames()).toHaveLength(1)
    // a machine that has moved is followed
    three?.says(packet(frame(all, a)))
    await settle()
    two?.says(packet(frame(a, b)))
    await settle()
    expect(one?.frames()).toHaveLength(2)
    expect(three?.frames()).toHaveLength(2)
  })

  test('lengths stand at even places, and an odd frame gets a byte of padding', async () => {
    const [one, two] = ends
    one?.says(packet(frame(all, a, 'odd')), packet(frame(all, a, 'even')))
    await settle()
    expect(two?.got.map(({length}) => length % 2)).toEqual([0, 0])
    expect(two?.frames()[0]).toBe(Buffer.concat([frame(all, a, 'odd'), Buffer.alloc(1)]).toString('hex'))
  })

  test('an end that takes nothing loses frames, and holds nobody up', async () => {
    const [one, two, three] = ends
    if (three !== undefined) three.takes = false
    for (let n = 0; n < 400; n++) {
      one?.says(packet(frame(all, a, 'z'.repeat(1400))))
      await settle()
    }
    expect(two?.frames()).toHaveLength(400)
    expect((three?.stream.writableLength ?? 0) + 0).toBeLessThanOrEqual(256 * 1024)
    three?.dies('gone')
    const {dropped, sent} = (await carried[2]) ?? {dropped: 0, sent: 0}
    expect(dropped).toBeGreaterThan(200)
    expect(dropped + sent).toBe(400)
  })

  test('frames that no plug takes, or that are none, go nowhere', async () => {
    const [one, two] = ends
    one?.says(packet(Buffer.alloc(8)), packet(frame(all, a, 'j'.repeat(9000))), packet(frame(all, a)))
    await settle()
    expect(two?.frames()).toEqual([frame(all, a).toString('hex')])
  })

  test('an end without a sign of life is given up, one that gives some is not', async () => {
    const [one] = ends
    for (let n = 0; n < 8; n++) {
      one?.says(Buffer.alloc(2))
      await vi.advanceTimersByTimeAsync(1_000)
    }
    expect(await Promise.race([carried[0], Promise.resolve('lives')])).toBe('lives')
    expect(await carried[1]).toMatchObject({ended: 'silent', reason: 'no sign of life for 5 s'})
    // it was told that somebody is here
    expect(Buffer.concat(ends[1]?.got ?? []).length).toBeGreaterThanOrEqual(10)
  })

  test('an end that loses its step or ends costs the others nothing', async () => {
    const [one, two, three] = ends
    two?.says(Buffer.from('Segmentation fault\n'))
    three?.dies('the command ended with status 1')
    expect(await carried[1]).toMatchObject({ended: 'closed', reason: expect.stringContaining('no stream of frames')})
    expect(await carried[2]).toMatchObject({ended: 'closed', reason: 'the command ended with status 1'})
    const again = new TestEnd()
    void hub.carry({host: 'h1', stream: again.stream, note: () => undefined}, never)
    one?.says(packet(frame(all, a)))
    await settle()
    expect(again.frames()).toHaveLength(1)
  })

  test('whoever leaves ends the far side first', async () => {
    const leaving = new AbortController()
    const end = new TestEnd()
    const left = hub.carry({host: 'h4', stream: end.stream, note: () => undefined}, leaving.signal)
    leaving.abort()
    await settle()
    expect(await left).toMatchObject({ended: 'left'})
    expect(end.stream.writableFinished).toBe(true)
  })
})
