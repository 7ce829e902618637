/**
 * The data of a telnet connection (RFC 854), for a monitor or console that QEMU offers with it: options are neither wanted nor
 * refused, since QEMU only announces what it does and waits for no answer (chardev/char-socket.c).
 */
import type {Duplex} from 'node:stream'
import {doubling, passing} from '../../../lib/passing.js'

const [interpretAsCommand, subnegotiation, end, will, dont] = [255, 250, 240, 251, 254]

export function withoutTelnet(stream: Duplex): Duplex {
  let rest: Buffer = Buffer.alloc(0)
  return passing(stream, {
    incoming: (chunk) => {
      const {data, left} = strip(Buffer.concat([rest, chunk]))
      rest = left
      return data
    },
    outgoing: (chunk) => doubling(chunk, interpretAsCommand),
  })
}

/** The data in some bytes, and the beginning of a command that is not complete. */
export function strip(bytes: Buffer): {readonly data: Buffer; readonly left: Buffer} {
  const kept: Buffer[] = []
  let from = 0
  for (;;) {
    const at = bytes.indexOf(interpretAsCommand, from)
    kept.push(bytes.subarray(from, at < 0 ? undefined : at))
    if (at < 0) return {data: Buffer.concat(kept), left: Buffer.alloc(0)}
    const length = commandLength(bytes.subarray(at))
    if (length === undefined) return {data: Buffer.concat(kept), left: bytes.subarray(at)}
    if (bytes[at + 1] === interpretAsCommand) kept.push(bytes.subarray(at, at + 1))
    from = at + length
  }
}

/** Undefined while it is not complete. */
function commandLength(bytes: Buffer): number | undefined {
  const verb = bytes[1]
  if (verb === undefined) return undefined
  if (verb >= will && verb <= dont) return bytes.length < 3 ? undefined : 3
  if (verb !== subnegotiation) return 2
  const stop = bytes.indexOf(Buffer.from([interpretAsCommand, end]), 2)
  // nobody sends so long a one: what does is no telnet
  if (stop < 0) return bytes.length > 1024 ? bytes.length : undefined
  return stop + 2
}
