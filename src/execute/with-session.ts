import type {HostSession, OpenOptions, Transport} from '../domain/ports/ports.js'
import type {Target} from '../domain/target.js'

/**
 * A session for as long as `use` takes, for a task as for a stream that lasts; it is closed on every path, and with it
 * whatever was opened in it. Throws what opening and `use` throw.
 */
export async function withSession<T>(
  transport: Pick<Transport, 'open'>,
  target: Target,
  options: OpenOptions,
  use: (session: HostSession) => Promise<T>,
): Promise<T> {
  const session = await transport.open(target, options)
  try {
    return await use(session)
  } finally {
    await session.close()
  }
}
