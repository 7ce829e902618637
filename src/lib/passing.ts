import {Duplex} from 'node:stream'

interface Passing {
  /** What is read of a piece that came. */
  readonly incoming?: (chunk: Buffer) => Buffer
  /** What is sent of a piece that was written. */
  readonly outgoing?: (chunk: Buffer) => Buffer
}

const asItIs = (chunk: Buffer): Buffer => chunk

/** The same stream with what comes and goes changed on the way; it ends and is destroyed with the other. */
export function passing(stream: Duplex, {incoming = asItIs, outgoing = asItIs}: Passing): Duplex {
  const plain = new Duplex({
    read: () => void stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (stream.destroyed) done(new Error('it has ended'))
      else stream.write(outgoing(chunk), done)
    },
    final: (done) => {
      stream.end()
      done()
    },
    destroy: (error, done) => {
      stream.destroy()
      done(error)
    },
  })
  stream.on('data', (chunk: Buffer) => {
    const data = incoming(chunk)
    if (data.length > 0 && !plain.push(data)) stream.pause()
  })
  stream.once('end', () => plain.push(null))
  stream.once('error', (error) => plain.destroy(error))
  stream.once('close', () => plain.destroy())
  return plain
}

/** With these bytes written twice. */
export function doubling(chunk: Buffer, byte: number): Buffer {
  if (!chunk.includes(byte)) return chunk
  return Buffer.from([...chunk].flatMap((one) => (one === byte ? [one, one] : [one])))
}
