import {Duplex} from 'node:stream'

/**
 * A console stream whose input reaches the guest as it was typed: bytes that the way would take for itself are doubled.
 * These are the escape character of QEMU's multiplexer, where Ctrl-a x would end the machine, and IAC of telnet (RFC 854).
 */
export function typedAsIs(stream: Duplex, doubled: readonly number[]): Duplex {
  if (doubled.length === 0) return stream
  const typed = new Duplex({
    read: () => void stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (stream.destroyed) done(new Error('it has ended'))
      else stream.write(doubling(chunk, doubled), done)
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
    if (!typed.push(chunk)) stream.pause()
  })
  stream.once('end', () => typed.push(null))
  stream.once('error', (error) => typed.destroy(error))
  stream.once('close', () => typed.destroy())
  return typed
}

export function doubling(chunk: Buffer, doubled: readonly number[]): Buffer {
  if (!chunk.some((byte) => doubled.includes(byte))) return chunk
  return Buffer.from([...chunk].flatMap((byte) => (doubled.includes(byte) ? [byte, byte] : [byte])))
}
