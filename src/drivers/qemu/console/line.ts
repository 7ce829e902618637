/**
 * Promise: nothing is typed before QEMU has taken this very connection. A second client of a console gets a connection too,
 * sees nothing, and what it types is executed once the first one leaves.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {interrupted} from '../../../lib/deadline.js'
import type {Way} from '../monitor/reach.js'
import {consoleLineScript} from '../remote/console-line.js'

/** How long QEMU may take to accept: it does so at once, unless it is busy or somebody else is on the line. */
const acceptMs = 2_000

export interface Line {
  /** Connections that QEMU has taken, and that wait. */
  readonly taken: number
  readonly waiting: number
}

/** Undefined where the host does not show it. */
export async function inspectLine(
  session: HostSession,
  {to}: Way,
  {shown, pid}: {readonly shown: string; readonly pid: number},
  signal: AbortSignal,
): Promise<Line | undefined> {
  const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0')
  const args = 'unix' in to ? ['unix', shown, String(pid)] : ['tcp', port(to.tcp)]
  const {stdout} = await session.script(consoleLineScript, args, {deadlineMs: 5_000, maxBytes: 1024, signal})
  const [, taken, waiting] = /^(\d+) (\d+)$/m.exec(stdout.toString()) ?? []
  return taken === undefined ? undefined : {taken: Number(taken), waiting: Number(waiting)}
}

/**
 * `accepted` once QEMU has taken the connection that was opened just now: one is taken and none waits, so it is ours.
 * `unseen` where the host does not show it. Throws CONSOLE_HELD when somebody else is on the line.
 */
export async function waitAccepted(
  inspect: () => Promise<Line | undefined>,
  name: string,
  signal: AbortSignal,
): Promise<'accepted' | 'unseen'> {
  const end = performance.now() + acceptMs
  for (let pauseMs = 20; ; pauseMs *= 2) {
    const line = await inspect()
    if (line === undefined) return 'unseen'
    if (line.taken === 1 && line.waiting === 0) return 'accepted'
    if (performance.now() > end) throw held(name)
    await sleep(pauseMs, undefined, {signal}).catch(() => {
      throw interrupted()
    })
  }
}

export function held(
  name: string,
  who: readonly string[] = [],
  hint = 'look on with --watch, or ask for it with --take',
): PreconditionError {
  const by = who.length === 0 ? 'somebody else' : who.join(', ')
  return new PreconditionError('CONSOLE_HELD', `${name}: ${by} is on its console`, {hint})
}
