import {ConnectError} from '../../src/domain/errors.js'
import type {HostSession} from '../../src/domain/ports/ports.js'

interface Watch {
  /** Called when the host was asked something, by how many times it was. */
  readonly asked?: (count: number) => void
  /** From this question on the answers are lost; the host does what it was asked. */
  readonly losesFrom?: number
}

/** The same session, watched; it does nothing else of its own. */
export function faultySession(session: HostSession, {asked = () => {}, losesFrom = Number.POSITIVE_INFINITY}: Watch) {
  let count = 0
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    count += 1
    const own = count
    if (own > losesFrom) throw lost()
    const answer = question()
    answer.catch(() => undefined)
    asked(own)
    if (own < losesFrom) return answer
    await answer.catch(() => undefined)
    throw lost()
  }
  const faulty: HostSession = {
    target: session.target,
    exec: (argv, options) => ask(() => session.exec(argv, options)),
    script: (script, args, options) => ask(() => session.script(script, args, options)),
    open: (to, limits) => ask(() => session.open(to, limits)),
    put: (path, content, options) => ask(() => session.put(path, content, options)),
    hold: (bytes) => session.hold(bytes),
    close: () => session.close(),
  }
  return {session: faulty, count: () => count}
}

function lost(): ConnectError {
  return new ConnectError('CONNECTION_LOST', 'the link went down')
}
