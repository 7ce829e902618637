/** Frames out of a stream as vde_plug(1) writes it: each behind its length, two bytes, the higher first. */

/** An Ethernet frame of the largest kind that VDE knows (libvdeplug.h, VDE_ETHBUFSIZE). */
const longest = 9234

/** Bytes that are no stream of frames. */
export class OutOfStep extends Error {}

export class FrameReader {
  #rest = Buffer.alloc(0)

  /** Whole frames of what has come so far; a length of nought is none. Throws OutOfStep. */
  read(chunk: Buffer): readonly Buffer[] {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Buffer[] = []
    while (data.length >= 2) {
      const length = data.readUInt16BE(0)
      if (length > longest) throw new OutOfStep(`a frame of ${length} bytes`)
      if (data.length < 2 + length) break
      if (length > 0) frames.push(data.subarray(2, 2 + length))
      data = data.subarray(2 + length)
    }
    // what is kept is less than a frame, and keeps nothing else alive
    this.#rest = Buffer.from(data)
    return frames
  }
}
