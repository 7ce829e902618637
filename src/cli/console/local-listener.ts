/** Where programs of this machine connect, each connection being one to a place on a host. */
import {once} from 'node:events'
import {createServer, type Server, type Socket} from 'node:net'
import {CtysError} from '../../domain/errors.js'
import type {OpenScreen} from '../../domain/ports/console-client.js'
import {escapeControls} from '../../lib/escape-controls.js'

interface LocalListener {
  /** Rejects with the system's error. */
  listen(at: {readonly path: string} | {readonly port: number; readonly host: string}): Promise<Server>
  /** Ends what listens and what is connected. */
  close(): void
}

export function createLocalListener(target: OpenScreen, tell: (text: string) => void): LocalListener {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  return {
    async listen(at) {
      const server = createServer((socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        void pass(socket, target, tell)
      })
      servers.push(server)
      server.listen(at)
      await once(server, 'listening')
      return server
    },
    close() {
      for (const server of servers) server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function pass(socket: Socket, target: OpenScreen, tell: (text: string) => void): Promise<void> {
  socket.on('error', () => undefined)
  try {
    const far = await target.open()
    far.on('error', () => socket.destroy())
    far.once('close', () => socket.destroy())
    socket.once('close', () => far.destroy())
    socket.pipe(far)
    far.pipe(socket)
  } catch (error) {
    socket.destroy()
    if (!(error instanceof CtysError)) throw error
    tell(`${escapeControls(target.title)} cannot be reached: ${escapeControls(error.message)}`)
  }
}
