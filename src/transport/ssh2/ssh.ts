import type {Duplex} from 'node:stream'
import type {ClientChannel} from 'ssh2'
import {ConfigError, ConnectError, type LoadSign} from '../../domain/errors.js'
import type {Transport} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {withDeadline} from '../../lib/deadline.js'
import type {Answers} from '../ask-once.js'
import {limitOf} from '../patience.js'
import type {AnswerBudget} from '../shell/budget.js'
import {remoteCommand} from '../shell/errors.js'
import {openShellSession, type ShellChannel} from '../shell/shell-session.js'
import type {SshSettings} from '../ssh-config/types.js'
import {connectSsh} from './connect.js'
import {connectError, NeedsOpenssh, timeoutError} from './errors.js'
import {createIdentityLoader} from './keys.js'
import type {OwnedClient} from './owned-client.js'
import {streamOpener} from './streams.js'

export interface SshTransportOptions {
  readonly settingsFor: (target: Target, signal: AbortSignal) => Promise<SshSettings>
  /** Answers of the person at the terminal; absent where nobody can be asked. */
  readonly answers?: Answers
  /** Of the run. */
  readonly budget: AnswerBudget
}

const maxHops = 8
const readyMs = 10_000

/**
 * ssh2, the default way. Throws NeedsOpenssh for what only the OpenSSH client can do; the router then asks that one.
 * Connections to jump hosts are shared by the run and live until close().
 */
export function createSshTransport({settingsFor, answers, budget}: SshTransportOptions): Transport {
  const loadIdentities = createIdentityLoader(answers)
  const hops = new Map<string, Promise<OwnedClient>>()
  /** Which route a route waits for: two that wait for each other would wait for ever. */
  const waits = new Map<string, string>()
  const run = new AbortController()

  /** A connection to `target` through the jump hosts `via`, or those of its own settings. */
  async function connect(target: Target, via: readonly Target[], at: Way): Promise<OwnedClient> {
    const {signal, depth = 0, attempt = 1, mostMs} = at
    if (depth > maxHops) {
      throw new ConfigError('SSH_CONFIG', `${formatTarget(target)}: more than ${maxHops} jump hosts in a row`)
    }
    const settings = await settingsFor(target, signal)
    if (settings.needsOpenssh !== undefined) throw new NeedsOpenssh(settings.needsOpenssh)
    const identities = await withDeadline(loadIdentities(settings), {
      ms: settings.connectTimeoutMs,
      signal,
      timeout: () =>
        new ConfigError('SSH_CONFIG', `${formatTarget(target)}: the files of its keys do not answer`, {
          hint: 'see whether the file system of IdentityFile answers',
        }),
    })
    const jumps = via.length > 0 ? via : settings.proxyJump
    const hop = jumps.length > 0 ? await throughHop(target, hopTo(jumps, at), signal) : undefined
    const through = hop && (() => forward(hop, {target, settings}))
    try {
      return await connectSsh({target, settings, identities, signal, attempt, mostMs, ...(through && {through})})
    } finally {
      identities.agent?.close()
    }
  }

  function hopTo(jumps: readonly Target[], {route, depth = 0}: Way): Promise<OwnedClient> {
    const key = routeKey(jumps)
    if (route !== undefined) {
      for (let next: string | undefined = key; next !== undefined; next = waits.get(next)) {
        if (next === route) throw new ConfigError('SSH_CONFIG', `the jump host ${route} is behind itself`)
      }
      waits.set(route, key)
    }
    const existing = hops.get(key)
    if (existing !== undefined) return existing
    const [last] = jumps.slice(-1)
    if (last === undefined) throw new Error('no jump host')
    const made = connect(last, jumps.slice(0, -1), {signal: run.signal, depth: depth + 1, route: key})
    hops.set(key, made)
    const forget = (): void => {
      if (hops.get(key) === made) hops.delete(key)
    }
    const settled = (): boolean => waits.delete(key)
    made.then(settled, settled)
    made.then((client) => client.once('close', forget), forget)
    return made
  }

  return {
    name: 'ssh',
    async open(target, {signal, attempt = 1, mostMs}) {
      const client = await connect(target, [], {signal, attempt, mostMs})
      const readyTimeoutMs = limitOf(readyMs, attempt)
      try {
        const channel = await withDeadline(startShell(client, target), {
          ms: readyTimeoutMs,
          signal,
          timeout: () => shellError(target, 'the host opened no channel in time', 'silent'),
        })
        const open = streamOpener(client, target, (asked) =>
          connect(target, [], {signal: asked ?? run.signal, attempt, mostMs}),
        )
        return await openShellSession({target, channel, open, signal, readyTimeoutMs, budget})
      } catch (error) {
        client.destroy()
        throw error
      }
    },
    async close() {
      run.abort()
      const clients = await Promise.allSettled(hops.values())
      hops.clear()
      for (const result of clients) if (result.status === 'fulfilled') end(result.value)
    },
  }
}

interface Way {
  readonly signal: AbortSignal
  readonly depth?: number
  readonly attempt?: number
  readonly mostMs?: number | undefined
  /** The route that is being connected, of a jump host. */
  readonly route?: string
}

function routeKey(jumps: readonly Target[]): string {
  return jumps.map(formatTarget).join(',')
}

/** The wait has the limits of the hop's own connection; this one is for many hosts that queue for it. */
const hopMs = 10 * 60_000

async function throughHop(target: Target, hop: Promise<OwnedClient>, signal: AbortSignal): Promise<OwnedClient> {
  const name = formatTarget(target)
  const timeout = () => new ConnectError('CONNECT_TIMEOUT', `${name}: the jump host was not ready in time`)
  try {
    return await withDeadline(hop, {ms: hopMs, signal, timeout})
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    const {code, hint, details = [], load} = error
    const extras = {details, cause: error, ...(hint !== undefined && {hint}), ...(load !== undefined && {load})}
    throw new ConnectError(code, `${name}: jump host ${error.message}`, extras)
  }
}

/** The stream to the target's sshd that a jump host opens for us (RFC 4254 section 7.2, direct-tcpip). */
function forward(hop: OwnedClient, at: {readonly target: Target; readonly settings: SshSettings}): Promise<Duplex> {
  const {hostName, port, connectTimeoutMs} = at.settings
  const opened = new Promise<Duplex>((resolve, reject) => {
    hop.forwardOut('127.0.0.1', 0, hostName, port, (error, stream) => {
      if (error) reject(connectError(at, new Error(`the jump host says: ${error.message}`), []))
      else resolve(stream)
    })
  })
  return withDeadline(opened, {ms: connectTimeoutMs, timeout: () => timeoutError(at, connectTimeoutMs)}).catch(
    (error) => {
      opened.then((late) => late.resume().destroy()).catch(() => undefined)
      throw error
    },
  )
}

function startShell(client: OwnedClient, target: Target): Promise<ShellChannel> {
  let reason = 'the host closed the connection'
  const gone = new Promise<string>((resolve) => {
    client.on('error', (error) => {
      reason = error.message
    })
    client.once('close', () => resolve(reason))
  })
  return new Promise((resolve, reject) => {
    void gone.then((why) => reject(shellError(target, why)))
    client.exec(remoteCommand, (error, stream) => {
      if (error) reject(shellError(target, error.message))
      else resolve(shellChannel(client, stream, gone))
    })
  })
}

function shellChannel(client: OwnedClient, stream: ClientChannel, gone: Promise<string>): ShellChannel {
  const ended = new Promise<string>((resolve) => {
    let reason = 'the shell ended'
    stream.on('exit', (code: number | null, name?: string) => {
      reason = code === null ? `${name} ended the shell` : `the shell ended with status ${code}`
    })
    stream.once('close', () => resolve(reason))
  })
  let drop: (reason: string) => void = () => undefined
  // the end of a stream through a jump host is an answer of that host, which may never come
  const dropped = new Promise<string>((resolve) => {
    drop = resolve
  })
  const closed = Promise.race([ended, gone, dropped])
  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    closed,
    destroy: () => {
      drop('it was dropped')
      end(client)
    },
  }
}

/**
 * Drops the socket: the host's sshd ends what belongs to the connection. Without a goodbye, because ssh2 destroys no
 * socket whose writing side was ended, and a frozen host never closes its own.
 */
function end(client: OwnedClient): void {
  client.on('error', () => undefined)
  client.destroy()
}

function shellError(target: Target, reason: string, load?: LoadSign): ConnectError {
  const extras = load === undefined ? {} : {load}
  return new ConnectError('SHELL_FAILED', `${formatTarget(target)}: no POSIX shell started: ${reason}`, extras)
}
