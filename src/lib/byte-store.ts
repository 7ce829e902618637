const blockBytes = 64 * 1024

/** Gathers bytes in blocks of its own: chunks are not kept, because a small one may hold a large buffer. */
export class ByteStore {
  #full: Buffer[] = []
  #block = Buffer.alloc(0)
  #used = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      if (this.#used === this.#block.length) this.#grow(chunk.length - from)
      const copied = chunk.copy(this.#block, this.#used, from)
      this.#used += copied
      from += copied
    }
    this.#size += chunk.length
  }

  /** The first bytes of it, or all; it is empty then. */
  take(length = this.#size): Buffer {
    const all = [...this.#full, this.#block.subarray(0, this.#used)]
    this.clear()
    return Buffer.concat(all, Math.max(0, length))
  }

  clear(): void {
    this.#full = []
    this.#block = Buffer.alloc(0)
    this.#used = 0
    this.#size = 0
  }

  /** Most answers are small, and many hosts answer at once. */
  #grow(wanted: number): void {
    if (this.#used > 0) this.#full.push(this.#block)
    const isFirst = this.#size === 0 && this.#full.length === 0
    this.#block = Buffer.allocUnsafeSlow(isFirst ? Math.min(wanted, blockBytes) : blockBytes)
    this.#used = 0
  }
}
