/** The one limiter of the program: how many hosts, logins, streams, questions there are at a time. */
import PQueue from 'p-queue'

/** Lets only so many in at a time; the others wait in the order in which they came. */
export class Gate {
  readonly #queue: PQueue

  constructor(places: number) {
    this.#queue = new PQueue({concurrency: places})
  }

  get places(): number {
    return this.#queue.concurrency
  }

  /** Fewer turn nobody out. */
  set places(places: number) {
    if (this.#queue.concurrency !== places) this.#queue.concurrency = places
  }

  get inside(): number {
    return this.#queue.pending
  }

  get waiting(): number {
    return this.#queue.size
  }

  /** Settles as the work does, which begins when there is a place. Rejects when `signal` ends the wait for it. */
  enter<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#queue.add(work, signal && {signal})
  }

  /** Of each, in their order; rejects with the first that does. */
  enterAll<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
    return Promise.all(works.map((work) => this.enter(work)))
  }
}
