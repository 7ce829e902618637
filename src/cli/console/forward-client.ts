import type {AddressInfo} from 'node:net'
import {PreconditionError} from '../../domain/errors.js'
import type {ScreenClient} from '../../domain/ports/console-client.js'
import {onAbort} from '../../lib/deadline.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {createLocalListener} from './local-listener.js'

/** A port of 127.0.0.1 behind which each connection is one to what is shown; 0 is a free one. */
export function createForwardClient(port: number, tell: (text: string) => void): ScreenClient {
  return {
    async show(target, signal) {
      const listener = createLocalListener(target, tell)
      try {
        const server = await listener.listen({port, host: '127.0.0.1'}).catch((error: Error) => {
          throw new PreconditionError('EXISTS', `port ${port} of this machine cannot be used: ${error.message}`, {
            hint: 'name another one, or 0 for a free one',
          })
        })
        const own = (server.address() as AddressInfo).port
        tell(`127.0.0.1:${own} is ${escapeControls(target.title)}; Ctrl-C ends it`)
        await new Promise<void>((resolve) => {
          onAbort(signal, resolve)
        })
      } finally {
        listener.close()
      }
    },
  }
}
