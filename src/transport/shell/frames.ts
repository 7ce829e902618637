import type {Readable} from 'node:stream'

export interface Framed {
  /** What came before the frame. */
  readonly data: Buffer
  /** What the frame says after its mark. */
  readonly word: string
}

/** What is kept for an error message when no frame comes. */
const noiseBytes = 2_000

/**
 * Cuts a stream at frames: a newline, a mark, a word, a newline. Data is any bytes; the mark may be split over chunks at
 * any place. What comes while nobody waits belongs to nothing (a login banner, a daemon that kept the stream) and only
 * its end is kept, for messages.
 */
export class FrameReader {
  #noise = Buffer.alloc(0)
  #wait: Wait | undefined

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => this.#take(chunk))
  }

  /** The end of what belonged to no frame. */
  get noise(): string {
    return this.#noise.toString('utf8')
  }

  /** Resolves at the next frame with that mark. Beyond `maxBytes` data is dropped and `onTooMuch` is called once. */
  next(mark: string, maxBytes: number, onTooMuch: () => void): Promise<Framed> {
    return new Promise((resolve) => {
      const needle = Buffer.from(`\n${mark}`)
      this.#wait = {needle, maxBytes, onTooMuch, resolve, chunks: [], size: 0, tail: Buffer.alloc(0), dropped: false}
    })
  }

  #take(chunk: Buffer): void {
    const wait = this.#wait
    if (wait === undefined) {
      this.#noise = Buffer.concat([this.#noise, chunk]).subarray(-noiseBytes)
      return
    }
    const {needle} = wait
    wait.chunks.push(chunk)
    wait.size += chunk.length
    const window = Buffer.concat([wait.tail, chunk])
    const at = window.indexOf(needle)
    const end = at < 0 ? -1 : window.indexOf('\n', at + needle.length)
    if (end >= 0) {
      const all = Buffer.concat(wait.chunks)
      this.#wait = undefined
      const data = all.subarray(0, all.length - (window.length - at))
      wait.resolve({data, word: window.toString('latin1', at + needle.length, end).trim()})
      return
    }
    // A found frame whose word is still to come stays whole in the window.
    wait.tail = Buffer.from(at < 0 ? window.subarray(-(needle.length - 1)) : window.subarray(at))
    if (wait.size <= wait.maxBytes) return
    wait.chunks = [wait.tail]
    wait.size = wait.tail.length
    if (!wait.dropped) wait.onTooMuch()
    wait.dropped = true
  }

  /** For a shell that never came: what it said so far counts as noise. */
  abandon(): void {
    if (this.#wait !== undefined) this.#noise = Buffer.concat(this.#wait.chunks).subarray(-noiseBytes)
    this.#wait = undefined
  }
}

interface Wait {
  readonly needle: Buffer
  readonly maxBytes: number
  readonly onTooMuch: () => void
  readonly resolve: (framed: Framed) => void
  chunks: Buffer[]
  size: number
  tail: Buffer
  dropped: boolean
}
