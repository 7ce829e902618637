/** How the number at work follows the answers: one more while they are quick, half when they slow down (AIMD). */

export interface AimdOptions {
  readonly start: number
  readonly least: number
  readonly most: number
}

export interface Answer {
  /** When it was asked for, and how long it took; milliseconds. */
  readonly began: number
  readonly ms: number
  /** Of Aimd when it was asked for. */
  readonly epoch: number
}

/** Answers below this are quick and above it slow, whatever the others took; milliseconds. */
const quickMs = 700
const slowMs = 1_500
/**
 * How many answers are looked at together, so that one that is odd changes nothing: those that were asked for last. Who
 * was asked long ago and is late while younger ones are answered tells of himself only.
 */
const windowSize = 8
const fewest = 3

/**
 * Additive increase, multiplicative decrease as TCP has it (RFC 5681). An answer counts only when it was asked for after
 * the last decrease. The yardstick is the best pace seen. Where fewer at a time made nothing faster the slowness is not
 * our doing (a far network, slow logins): then that pace becomes the yardstick, and the number grows again.
 */
export class Aimd {
  readonly #least: number
  #most: number
  #limit: number
  #credit = 0
  #epoch = 0
  #samples: Answer[] = []
  /** The best median of a window. */
  #pace = Number.POSITIVE_INFINITY
  /** What the answers took at the worst before the last decrease, until it is known whether that helped. */
  #before: number | undefined

  constructor({start, least, most}: AimdOptions) {
    this.#most = Math.max(1, most)
    this.#least = Math.min(Math.max(1, least), this.#most)
    this.#limit = Math.min(Math.max(start, this.#least), this.#most)
  }

  get limit(): number {
    return this.#limit
  }

  /** Counts the decreases; what is started now tells it again with its answer. */
  get epoch(): number {
    return this.#epoch
  }

  /** The answers of now are slow. */
  get isSlow(): boolean {
    return this.#samples.length >= fewest && this.#median() > this.#slowAt()
  }

  /** Something was answered. `isWanted`: more is waiting. */
  answered(answer: Answer, isWanted: boolean): void {
    const {ms, epoch} = answer
    if (epoch !== this.#epoch) {
      if (this.#before !== undefined) this.#before = Math.max(this.#before, ms)
      return
    }
    this.#samples = [...this.#samples, answer].sort((a, b) => a.began - b.began).slice(-windowSize)
    if (this.#samples.length < fewest) return
    const median = this.#median()
    if (this.#before !== undefined && this.#samples.length >= Math.min(windowSize, this.#limit)) {
      if (median > this.#before * 0.75) this.#pace = median
      this.#before = undefined
    }
    this.#pace = Math.min(this.#pace, median)
    if (this.#samples.length >= Math.min(windowSize, this.#limit) && median > this.#slowAt()) this.#halve(median)
    else if (isWanted && median <= Math.max(quickMs, 2 * this.#pace)) this.#grow()
  }

  /** What was asked for is not there at all, which says nothing of a crowd. */
  absent(isWanted: boolean): void {
    if (isWanted && !this.isSlow) this.#grow()
  }

  /** Something started in that epoch was refused or never answered: so many are not tried again. */
  failed(epoch: number): void {
    if (epoch !== this.#epoch) return
    this.#most = Math.max(this.#least, Math.floor(this.#limit * 0.75))
    this.#halve(undefined)
  }

  #grow(): void {
    this.#credit += this.#epoch === 0 ? 1 : 1 / this.#limit
    if (this.#credit < 1) return
    this.#credit -= 1
    this.#limit = Math.min(this.#most, this.#limit + 1)
  }

  #halve(before: number | undefined): void {
    this.#limit = Math.max(this.#least, Math.floor(this.#limit / 2))
    this.#epoch += 1
    this.#credit = 0
    this.#samples = []
    this.#before = before
  }

  #median(): number {
    const sorted = this.#samples.map(({ms}) => ms).sort((a, b) => a - b)
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  }

  #slowAt(): number {
    return Math.max(slowMs, 4 * this.#pace)
  }
}
