import {type AddressInfo, createConnection, createServer, type Server, type Socket} from 'node:net'
import ssh2, {type Connection} from 'ssh2'

/** Something that listens like an sshd and never closes a connection. */
export interface LingeringPeer {
  readonly port: number
  /** Connections that came. */
  readonly seen: () => number
  stop(): Promise<void>
}

export const ident = Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')

/** What it says, and keeps the connection open. */
export const protocolBreaks: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'one endless line': Buffer.alloc(9_000, 'x'),
  'endless lines': Buffer.from('welcome\r\n'.repeat(200_000)),
  garbage: Buffer.concat([ident, Buffer.alloc(4_096, 0x41)]),
  'an old protocol': Buffer.from('SSH-1.5-old\r\n'),
  'a packet of four gigabytes': Buffer.concat([ident, Buffer.alloc(64, 0xff)]),
  'half an identification': Buffer.from('SSH-2.0-Open'),
  'its identification alone': ident,
}

export function sayAndStay(words: Buffer): Promise<LingeringPeer> {
  return listen((socket) => void socket.write(words))
}

/** What it says again and again: as fast as it is taken, or every so many milliseconds. */
export const floods: Readonly<Record<string, {readonly words: Buffer; readonly everyMs?: number}>> = {
  'lines without end': {words: Buffer.from('welcome\r\n'.repeat(1_000))},
  'a line without end': {words: Buffer.alloc(32_768, 'x')},
  'a line now and then': {words: Buffer.from('welcome\r\n'), everyMs: 200},
  // SSH_MSG_IGNORE (RFC 4253 section 11.2), before any key is exchanged
  'packets to be ignored': {words: Buffer.from([0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])},
  'packets to be ignored now and then': {
    words: Buffer.from([0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    everyMs: 200,
  },
}

export function sayWithoutEnd(first: Buffer, {words, everyMs}: (typeof floods)[string]): Promise<LingeringPeer> {
  return listen((socket) => {
    socket.write(first)
    const many = everyMs === undefined ? Buffer.concat(Array<Buffer>(64).fill(words)) : words
    const say = (): void => {
      while (!socket.destroyed && socket.write(many) && everyMs === undefined);
    }
    if (everyMs === undefined) socket.on('drain', say)
    else {
      const timer = setInterval(say, everyMs)
      socket.on('close', () => clearInterval(timer))
    }
    say()
  })
}

/** Signs nobody in and sends banners (RFC 4252 section 5.4) instead. */
export async function bannersWithoutEnd(hostKey: string, everyMs: number): Promise<LingeringPeer> {
  const inner = new ssh2.Server({hostKeys: [hostKey]}, (client) => {
    let timer: NodeJS.Timeout | undefined
    client.on('error', () => undefined)
    client.on('close', () => clearInterval(timer))
    client.on('authentication', () => {
      timer ??= setInterval(() => {
        try {
          sendBanner(client, 'welcome\r\n'.repeat(everyMs < 10 ? 10_000 : 1))
        } catch {
          clearInterval(timer)
        }
      }, everyMs)
    })
  })
  await new Promise<void>((resolve) => inner.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(inner.address()),
    seen: () => 0,
    stop: () => new Promise((resolve) => inner.close(() => resolve())),
  }
}

/** ssh2 sends one banner and only at the start, so its packets are made as it makes them. */
function sendBanner(client: Connection, text: string): void {
  const {_packetRW, _cipher} = (client as unknown as {_protocol: Protocol})._protocol
  const size = Buffer.byteLength(text)
  const packet = _packetRW.write.alloc(9 + size)
  const at = _packetRW.write.allocStart
  packet[at] = 53
  packet.writeUInt32BE(size, at + 1)
  packet.write(text, at + 5)
  packet.writeUInt32BE(0, at + 5 + size)
  _cipher.encrypt(_packetRW.write.finalize(packet))
}

interface Protocol {
  readonly _packetRW: {
    readonly write: {alloc(size: number): Buffer; readonly allocStart: number; finalize(packet: Buffer): Buffer}
  }
  readonly _cipher: {encrypt(packet: Buffer): void}
}

/**
 * Passes everything on to the sshd at `port` and back, but an end only towards the sshd. With `after` bytes from there
 * it passes no more of them.
 */
export function neverClose(port: number, after = Number.POSITIVE_INFINITY): Promise<LingeringPeer> {
  return listen((socket) => {
    const inner = createConnection({port, host: '127.0.0.1'})
    let left = after
    inner.on('error', () => undefined)
    inner.on('data', (data) => {
      socket.write(data.subarray(0, Math.max(0, left)))
      left -= data.length
    })
    socket.on('data', (data) => inner.write(data))
    socket.on('close', () => inner.destroy())
  })
}

async function listen(serve: (socket: Socket) => void): Promise<LingeringPeer> {
  const sockets = new Set<Socket>()
  let seen = 0
  const server: Server = createServer({allowHalfOpen: true}, (socket) => {
    seen += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    serve(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.address()),
    seen: () => seen,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function portOf(address: string | AddressInfo | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
