import type {Duplex} from 'node:stream'
import ssh2, {type ConnectConfig} from 'ssh2'

/** A peer that asks and asks and reads none of our answers is cut off when so much of them waits. */
const maxUnreadBytes = 4 * 1024 * 1024

/**
 * A client that owns its stream. ssh2 destroys no socket whose writing side was ended, and it ends that side itself
 * after a protocol error, a refused key or a failed sign-in; a peer that keeps its side open would then keep this process
 * alive. destroy() of this one always ends the stream, and so does every error.
 */
export class OwnedClient extends ssh2.Client {
  #stream: Duplex | undefined

  /** The stream belongs to the client from now on. */
  start(stream: Duplex, config: Omit<ConnectConfig, 'sock' | 'host' | 'port'>): void {
    this.#stream = stream
    this.on('error', () => stream.destroy())
    this.connect({...config, sock: stream as Duplex & ConnectConfig['sock']})
    stream.on('data', () => {
      if (stream.writableLength > maxUnreadBytes) stream.destroy(new Error('it does not read what it asked for'))
    })
  }

  override destroy(): this {
    super.destroy()
    this.#stream?.destroy()
    return this
  }
}
