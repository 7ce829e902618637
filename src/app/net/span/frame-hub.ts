/**
 * A switch between the ends of one segment: it learns which end has which address, and sends what is known to one end, the
 * rest to all others. Like a wire it drops what an end does not take in time.
 */
import type {Carried, FrameCarrier, PluggedEnd} from '../../../domain/ports/frame-carrier.js'
import {onAbort} from '../../../lib/deadline.js'
import {FrameReader} from './frame-reader.js'

export interface HubOptions {
  /** How often an end gets a sign of life, and how long it may give none; milliseconds. */
  readonly beatMs: number
  readonly silenceMs: number
}

/** What may wait for one end; bytes. */
const mostWaiting = 256 * 1024
/** What every vde_plug takes (MAXPACKET of its vdestream.c). */
const longestSent = 2046
/** Two addresses and a type. */
const shortest = 14
const mostAddresses = 4096
/** As of a bridge (bridge(8), ageing). */
const forgetMs = 300_000
const noteMs = 1_000
/** An end that is left says goodbye within this. */
const partMs = 4_000

/** A length of nought: vde_plug skips it, and has read something. */
const beat = Buffer.alloc(2)

export class FrameHub implements FrameCarrier {
  readonly #options: HubOptions
  readonly #ends = new Set<End>()
  readonly #places = new Map<string, {readonly end: End; readonly at: number}>()

  constructor(options: HubOptions) {
    this.#options = options
  }

  /** `lives` is called when the first sign of life has come. */
  carry(plugged: PluggedEnd, signal: AbortSignal, lives: () => void = () => undefined): Promise<Carried> {
    return new Promise((resolve) => {
      const {stream, note} = plugged
      const end = new End(plugged)
      const {beatMs, silenceMs} = this.#options
      const reader = new FrameReader()
      let silent = 0
      let hasLived = false
      let told = ''
      const leave = (ended: Carried['ended'], reason: string): void => {
        if (!this.#ends.delete(end)) return
        for (const timer of timers) clearInterval(timer)
        forget()
        stream.off('data', take)
        stream.resume()
        const {received, sent, dropped} = end
        resolve({ended, reason, received, sent, dropped})
      }
      const take = (chunk: Buffer): void => {
        silent = 0
        if (!hasLived) lives()
        hasLived = true
        try {
          this.#pass(end, reader.read(chunk))
        } catch (error) {
          leave('closed', `what came is no stream of frames: ${error instanceof Error ? error.message : ''}`)
        }
      }
      const timers = [
        setInterval(() => {
          end.write([beat])
          silent += 1
          if (silent * beatMs > silenceMs) leave('silent', `no sign of life for ${Math.round(silenceMs / 1000)} s`)
        }, beatMs),
        setInterval(() => {
          const text = end.text()
          if (text !== told) note(text)
          told = text
        }, noteMs),
      ]
      this.#ends.add(end)
      const forget = onAbort(signal, () => {
        if (!this.#ends.has(end)) return
        // the far side ends, and what it began with it
        stream.end()
        const late = setTimeout(() => leave('left', 'it did not end in time'), partMs)
        void stream.ended.then(() => {
          clearTimeout(late)
          leave('left', '')
        })
        end.isLeaving = true
      })
      stream.on('data', take)
      // whoever read its first line has stopped it
      stream.resume()
      void stream.ended.then((reason) => leave(end.isLeaving ? 'left' : 'closed', reason))
    })
  }

  #pass(from: End, frames: readonly Buffer[]): void {
    const now = Date.now()
    const ways = new Map<End, Buffer[]>()
    for (const frame of frames) {
      from.received += 1
      if (frame.length < shortest) continue
      this.#learn(frame.toString('latin1', 6, 12), from, now)
      for (const end of this.#meant(frame, from, now)) {
        const known = ways.get(end)
        if (known === undefined) ways.set(end, [frame])
        else known.push(frame)
      }
    }
    for (const [end, all] of ways) end.send(all)
  }

  #learn(address: string, end: End, at: number): void {
    // groups send nothing
    if ((address.charCodeAt(0) & 1) === 1) return
    this.#places.delete(address)
    this.#places.set(address, {end, at})
    if (this.#places.size <= mostAddresses) return
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest)
      break
    }
  }

  #meant(frame: Buffer, from: End, now: number): readonly End[] {
    const place = this.#places.get(frame.toString('latin1', 0, 6))
    if (place !== undefined && now - place.at < forgetMs && this.#ends.has(place.end)) {
      return place.end === from ? [] : [place.end]
    }
    return [...this.#ends].filter((end) => end !== from)
  }
}

class End {
  received = 0
  sent = 0
  dropped = 0
  isLeaving = false
  readonly #stream: PluggedEnd['stream']

  constructor({stream}: PluggedEnd) {
    this.#stream = stream
  }

  send(frames: readonly Buffer[]): void {
    const parts: Buffer[] = []
    let room = mostWaiting - this.#stream.writableLength
    for (const frame of frames) {
      const packet = packetOf(frame)
      room -= packet.length
      if (room < 0 || frame.length > longestSent || this.isLeaving) {
        this.dropped += 1
        continue
      }
      parts.push(packet)
      this.sent += 1
    }
    this.write(parts)
  }

  write(parts: readonly Buffer[]): void {
    if (parts.length > 0 && !this.isLeaving && this.#stream.writable) this.#stream.write(Buffer.concat(parts))
  }

  text(): string {
    const lost = this.dropped === 0 ? '' : `, ${this.dropped} dropped`
    return `${this.received} frames from it, ${this.sent} to it${lost}`
  }
}

/**
 * With its length in front. vde_plug loses its step where what it reads at once ends between the two bytes of a length: so
 * lengths stand at even places only, and a frame of an odd length gets a byte of padding, as short ones have it (IEEE 802.3).
 */
function packetOf(frame: Buffer): Buffer {
  const length = frame.length + (frame.length % 2)
  const packet = Buffer.alloc(2 + length)
  packet.writeUInt16BE(length, 0)
  frame.copy(packet, 2)
  return packet
}
