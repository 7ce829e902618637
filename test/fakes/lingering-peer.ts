import {createConnection, createServer, type Server, type Socket} from 'node:net'

/** Something that listens like an sshd and never closes a connection. */
export interface LingeringPeer {
  readonly port: number
  /** Connections that came. */
  readonly seen: () => number
  stop(): Promise<void>
}

const ident = Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')

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
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    seen: () => seen,
    stop: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
