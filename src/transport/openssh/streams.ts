import {rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {HostSession} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {spawnPiped} from '../../lib/spawn-piped.js'
import {connectHere, processChannel} from '../local/local.js'
import {remoteCommand} from '../shell/errors.js'
import {commandStream, openError} from '../shell/host-stream.js'
import {controlArguments} from './arguments.js'
import {clientEnv, runClient} from './control.js'

interface Client {
  /** Arguments of a further session that asks nobody, without the host. */
  readonly base: readonly string[]
  readonly env: NodeJS.ProcessEnv
}

let forwards = 0

/** Streams beside a session, through the master at that socket. */
export function streamOpener(target: Target, controlPath: string, client: Client): HostSession['open'] {
  return (to, limits = {}) => {
    if (!('argv' in to)) return forward({target, controlPath}, to, limits)
    const argv = [...client.base, '--', target.host, remoteCommand]
    const child = spawnPiped('ssh', argv, {detached: true, stdio: 'pipe', env: clientEnv(client.env)})
    return commandStream(processChannel(child), {target, to}, limits)
  }
}

type Forwarded = Exclude<StreamTo, {argv: readonly string[]}>

/**
 * Lets the master listen on a socket of ours for this one connection. The client says nothing when the far side does
 * not listen: it closes ours. So the answer of the far side is awaited: bytes, or the end.
 */
async function forward(
  {target, controlPath}: {readonly target: Target; readonly controlPath: string},
  to: Forwarded,
  limits: OpenLimits,
): Promise<HostStream> {
  if ('unix' in to && to.unix.includes('${')) {
    throw openError(target, to, 'the ssh client would replace a variable in that name')
  }
  const near = join(dirname(controlPath), `f${++forwards}`)
  const spec = `${near}:${forwardText(to)}`
  const command = (what: string): Promise<string | undefined> =>
    runClient(['-L', spec, ...controlArguments(controlPath, what)], limits.signal && {signal: limits.signal})
  const refused = await command('forward')
  if (refused !== undefined) throw openError(target, to, refused)
  try {
    const stream = await connectHere(target, {unix: near}, limits)
    const silence = delay(settleMs, 'open' as const)
    const answer = new Promise<'open' | 'shut'>((resolve) => {
      stream.once('readable', () => resolve(stream.readableLength > 0 ? 'open' : 'shut'))
      void stream.ended.then(() => resolve('shut'))
    })
    if ((await Promise.race([answer, silence])) === 'shut') {
      stream.destroy()
      throw openError(target, to, 'nobody listens there')
    }
    return stream
  } finally {
    await command('cancel')
    await rm(near, {force: true})
  }
}

/** The far half of -L (ssh.c): a backslash keeps a colon from parting the two names, and %% is a percent. */
function forwardText(to: Forwarded): string {
  if ('tcp' in to) return `[${to.address ?? '127.0.0.1'}]:${to.tcp}`
  return to.unix.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%')
}

/** How long a far socket may take to be refused. */
const settleMs = 400
