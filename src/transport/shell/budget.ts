/**
 * What the answers of all hosts of a run may hold together. Each session has a share that nobody counts; what goes
 * beyond comes from one pool. When the pool is empty the largest answer is cut off, whoever asked last: the one that
 * costs most pays, and the answers of its neighbours stay whole.
 */
const shareBytes = 1024 * 1024
const poolBytes = 96 * 1024 * 1024

export interface Account {
  /** Bytes of an answer that is being read. */
  take(bytes: number): void
  /** The answer is read, or dropped. */
  clear(): void
  /** What was made of answers and stays until the end of the run. False when there is no room for it. */
  hold(bytes: number): boolean
  /** Gives back what `take` counted. What is held stays counted. */
  close(): void
}

interface Entry {
  taken: number
  held: number
  readonly cut: () => void
}

export class AnswerBudget {
  readonly #open = new Set<Entry>()
  readonly #pool: number
  /** Of the pool, not of the shares. */
  #used = 0

  constructor(pool = poolBytes) {
    this.#pool = pool
  }

  /** `cut` drops the answer that is being read; what it had taken is given back here. */
  open(cut: () => void): Account {
    const entry: Entry = {taken: 0, held: 0, cut}
    this.#open.add(entry)
    return {
      take: (bytes) => {
        this.#change(entry, {taken: entry.taken + bytes})
        this.#fit()
      },
      clear: () => this.#change(entry, {taken: 0}),
      hold: (bytes) => {
        this.#change(entry, {held: entry.held + bytes})
        if (this.#fit()) return true
        this.#change(entry, {held: entry.held - bytes})
        return false
      },
      close: () => {
        this.#change(entry, {taken: 0})
        this.#open.delete(entry)
      },
    }
  }

  #change(entry: Entry, change: {readonly taken?: number; readonly held?: number}): void {
    const drawn = () => Math.max(0, entry.taken + entry.held - shareBytes)
    this.#used -= drawn()
    Object.assign(entry, change)
    this.#used += drawn()
  }

  #fit(): boolean {
    while (this.#used > this.#pool) {
      let largest: Entry | undefined
      for (const entry of this.#open) if (entry.taken > (largest?.taken ?? 0)) largest = entry
      if (largest === undefined) return false
      this.#change(largest, {taken: 0})
      largest.cut()
    }
    return true
  }
}
