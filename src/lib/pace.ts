import {setImmediate} from 'node:timers/promises'

const bytesAtOnce = 64 * 1024
const objectsAtOnce = 500

/** Keeps long work from holding up everybody else: `if (pace.isDue(bytes)) await pace.turn()`. */
export class Pace {
  #bytes = 0
  #objects = 0

  /** True when enough was done at a stretch: bytes that were read, objects that were made. */
  isDue(bytes: number, objects = 1): boolean {
    this.#bytes += bytes
    this.#objects += objects
    return this.#bytes >= bytesAtOnce || this.#objects >= objectsAtOnce
  }

  /** Lets timers, sockets and signals have their turn. */
  async turn(): Promise<void> {
    this.#bytes = 0
    this.#objects = 0
    await setImmediate()
  }
}
