import type {Readable} from 'node:stream'
import {ByteStore} from '../../lib/byte-store.js'

export interface Framed {
  /** What came before the frame. */
  readonly data: Buffer
  /** What the frame says after its mark. */
  readonly word: string
}

export interface FrameLimit {
  readonly maxBytes: number
  /** Told of every byte that is kept. */
  readonly taken?: (bytes: number) => void
  /** Called once, when there is more; what comes then is dropped until the frame. */
  readonly onTooMuch: () => void
}

/** What is kept for an error message when no frame comes. */
const noiseBytes = 2_000
/** A chunk costs at least this, so that a flood of single bytes is not free. */
const chunkCost = 64
/** Longer than any word of a frame. */
const maxWord = 64

/**
 * Cuts a stream at frames: a newline, a mark, a word, a newline. Data is any bytes; the mark may be split over chunks at
 * any place. What comes while nobody waits belongs to nothing (a login banner, a daemon that kept the stream): its end is
 * kept, for messages. Beyond `maxUnasked` of that, of dropped data too, `onFlood` is called once and nothing is read any
 * more.
 */
export class FrameReader {
  readonly #maxUnasked: number
  readonly #onFlood: () => void
  #noise: Buffer = Buffer.alloc(0)
  #wait: Wait | undefined
  #unasked = 0
  #flooded = false

  constructor(stream: Readable, {maxUnasked, onFlood}: {readonly maxUnasked: number; readonly onFlood: () => void}) {
    this.#maxUnasked = maxUnasked
    this.#onFlood = onFlood
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** The end of what belonged to no frame. */
  get noise(): string {
    return this.#noise.toString('utf8')
  }

  /** Resolves at the next frame with that mark. */
  next(mark: string, limit: FrameLimit): Promise<Framed> {
    return new Promise((resolve) => {
      const needle = Buffer.from(`\n${mark}`)
      this.#wait = {needle, limit, resolve, store: new ByteStore(), cost: 0, tail: Buffer.alloc(0), dropped: false}
    })
  }

  /** What is being read is dropped: somebody else needs the room. */
  drop(): void {
    const wait = this.#wait
    if (wait === undefined || wait.dropped) return
    wait.dropped = true
    wait.store.clear()
    wait.limit.onTooMuch()
  }

  #take(chunk: Buffer): void {
    if (this.#flooded) return
    const wait = this.#wait
    if (wait === undefined) {
      this.#count(chunk)
      this.#noise = Buffer.concat([this.#noise, chunk]).subarray(-noiseBytes)
      return
    }
    const {needle, store} = wait
    const window = Buffer.concat([wait.tail, chunk])
    const at = window.indexOf(needle)
    const end = at < 0 ? -1 : window.indexOf('\n', at + needle.length)
    const isWordOpen = at >= 0 && window.length - at <= needle.length + maxWord
    if (end >= 0) {
      if (!wait.dropped) store.push(chunk)
      this.#wait = undefined
      this.#unasked = 0
      const data = wait.dropped ? Buffer.alloc(0) : store.take(store.size - (window.length - at))
      wait.resolve({data, word: window.toString('latin1', at + needle.length, end).trim()})
      return
    }
    // A found frame whose word is still to come stays whole in the window.
    wait.tail = Buffer.from(isWordOpen ? window.subarray(at) : window.subarray(-(needle.length - 1)))
    if (wait.dropped) {
      this.#count(chunk)
      return
    }
    store.push(chunk)
    wait.cost += Math.max(chunk.length, chunkCost)
    wait.limit.taken?.(chunk.length)
    if (wait.cost > wait.limit.maxBytes || (at >= 0 && !isWordOpen)) this.drop()
  }

  #count(chunk: Buffer): void {
    this.#unasked += Math.max(chunk.length, chunkCost)
    if (this.#unasked <= this.#maxUnasked) return
    this.#flooded = true
    this.#wait?.store.clear()
    this.#onFlood()
  }

  /** For a shell that never came: what it said so far counts as noise. */
  abandon(): void {
    if (this.#wait !== undefined) this.#noise = this.#wait.store.take().subarray(-noiseBytes)
    this.#wait = undefined
  }
}

interface Wait {
  readonly needle: Buffer
  readonly limit: FrameLimit
  readonly resolve: (framed: Framed) => void
  readonly store: ByteStore
  cost: number
  tail: Buffer
  dropped: boolean
}
