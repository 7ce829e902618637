import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {ConnectError, CtysError} from '../../domain/errors.js'
import type {HostSession, Transport} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {interrupted, withDeadline} from '../../lib/deadline.js'
import {localSocketConnector, processChannel, socketError} from '../local/local.js'
import {openShellSession, remoteCommand} from '../shell/shell-session.js'
import type {SshSettings} from '../ssh-config/types.js'
import {Slots} from '../ssh2/slots.js'
import {isDrop, opensshError} from './errors.js'

export interface OpensshTransportOptions {
  readonly settingsFor: (target: Target, signal: AbortSignal) => Promise<SshSettings>
  readonly configFile?: string
  /** The client may ask at the terminal. */
  readonly interactive: boolean
}

/** How much of the client's messages is kept. */
const messageBytes = 16_000
const controlDeadlineMs = 5_000
const persistSeconds = 120
/** As over ssh2: below the start of random drops in sshd's default MaxStartups, also when the jump host is busy. */
const maxHandshakes = 6
const retryJitterMs = 800
/** Time for a person to type a passphrase. */
const typingMs = 60_000

/**
 * The system's ssh client, for what ssh2 cannot do: certificates, tokens, ProxyCommand, and so on (ssh_config(5),
 * ControlMaster). One private directory (mode 0700) a run holds the control sockets; close() ends the masters and
 * removes it. The directory is in the runtime directory or /tmp, because a socket path may have 107 bytes.
 */
export function createOpensshTransport(options: OpensshTransportOptions): Transport {
  const {settingsFor, configFile, interactive} = options
  /** The command lines that end the masters. */
  const masters = new Map<string, readonly string[]>()
  let directory: Promise<string> | undefined
  const gates = new Map<string, Slots>()
  let forwards = 0

  async function argumentsFor(target: Target, settings: SshSettings, persist: boolean): Promise<string[]> {
    directory ??= mkdtemp(join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), 'ctys-'))
    const option = (name: string, value: string | number): string[] => ['-o', `${name}=${value}`]
    return [
      ...(configFile === undefined ? [] : ['-F', configFile]),
      ...option('BatchMode', interactive ? 'no' : 'yes'),
      ...option('StrictHostKeyChecking', settings.strictHostKeyChecking),
      ...option('NoHostAuthenticationForLocalhost', 'no'),
      ...option('PasswordAuthentication', 'no'),
      ...option('KbdInteractiveAuthentication', 'no'),
      ...option('ControlMaster', 'auto'),
      ...option('ControlPath', `${await directory}/%C`),
      ...option('ControlPersist', persist ? persistSeconds : 'no'),
      ...option('ConnectTimeout', Math.ceil(settings.connectTimeoutMs / 1000)),
      ...option('ServerAliveInterval', Math.ceil(settings.serverAliveIntervalMs / 1000)),
      ...option('ServerAliveCountMax', settings.serverAliveCountMax),
      ...option('LogLevel', 'INFO'),
      ...option('PermitLocalCommand', 'no'),
      ...option('RemoteCommand', 'none'),
      ...(target.user === undefined ? [] : ['-l', target.user]),
      ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ]
  }

  function gate(key: string, size: number): Slots {
    const found = gates.get(key) ?? new Slots(size)
    gates.set(key, found)
    return found
  }

  /**
   * Few at a time at the sshd that is met first, which drops what is too much (MaxStartups); of those to one target one
   * at a time, so that the first becomes the master of the others. ssh does not share jump hosts.
   */
  async function enter(target: Target, {proxyJump, hostName, port}: SshSettings): Promise<() => void> {
    const direct = proxyJump.length === 0
    const leaveTarget = direct ? await gate(`target ${formatTarget(target)}`, 1).acquire() : () => undefined
    const first = direct ? `${hostName} ${port}` : proxyJump.map(formatTarget).join(',')
    const leaveDoor = await gate(`door ${first}`, maxHandshakes).acquire()
    return () => {
      leaveDoor()
      leaveTarget()
    }
  }

  async function attempt(
    target: Target,
    settings: SshSettings,
    {signal, persist}: {readonly signal: AbortSignal; readonly persist: boolean},
  ): Promise<HostSession> {
    const base = await argumentsFor(target, settings, persist)
    masters.set(formatTarget(target), [...base, '-O', 'exit', '--', target.host])
    const limitMs = settings.connectTimeoutMs + (interactive ? typingMs : 0)
    const attended = interactive && persist
    if (attended) await signIn(target, base, {signal, ms: limitMs})
    // a session of its own keeps the terminal's Ctrl-C away: it is ctys that settles what runs
    const detached = attended || !interactive
    const argv = [...(attended ? ['-o', 'BatchMode=yes'] : []), ...plain, ...base, '--', target.host, remoteCommand]
    const child = spawn('ssh', argv, {detached, stdio: ['pipe', 'pipe', 'pipe'], env: cLocale()})
    let messages = ''
    child.stderr.on('data', (chunk: Buffer) => {
      if (messages.length < messageBytes) messages += chunk.toString('utf8')
    })
    try {
      return await openShellSession({
        target,
        channel: processChannel(child),
        connectSocket: (path, limits) => connectSocket({target, base, path}, limits),
        signal,
        readyTimeoutMs: limitMs,
      })
    } catch (error) {
      if (!(error instanceof CtysError) || error.code !== 'SHELL_FAILED') throw error
      // at its limit ssh may have told its reason without having ended yet
      const told = child.exitCode === null || child.exitCode === 255 ? opensshError(target, messages) : undefined
      if (told !== undefined) throw told
      if (child.exitCode !== null || messages !== '') throw error
      const message = `${formatTarget(target)}: no answer within ${limitMs / 1000} s`
      throw new ConnectError('CONNECT_TIMEOUT', message, {cause: error})
    }
  }

  return {
    name: 'openssh',
    async open(target, {signal}) {
      const settings = await settingsFor(target, signal)
      const release = await enter(target, settings)
      try {
        return await attempt(target, settings, {signal, persist: true})
      } catch (error) {
        if (!(error instanceof CtysError) || error.code !== 'UNREACHABLE' || !isDrop(error.details)) throw error
        await delay(200 + Math.random() * retryJitterMs, undefined, {signal}).catch(() => undefined)
        // a client that persists drops what its jump host or proxy says (sshconnect.c), and that may be the reason
        return await attempt(target, settings, {signal, persist: false})
      } finally {
        release()
      }
    },
    async close() {
      const path = await directory?.catch(() => undefined)
      await Promise.allSettled([...masters.values()].map((argv) => control(argv)))
      if (path !== undefined) await rm(path, {recursive: true, force: true}).catch(() => undefined)
    },
  }

  /**
   * Lets the master listen on a socket of ours for this one connection. The client says nothing when the far socket does
   * not listen: it closes ours. So the answer of the far side is awaited: bytes, or the end.
   */
  async function connectSocket(
    far: {readonly target: Target; readonly base: readonly string[]; readonly path: string},
    limits: {readonly deadlineMs?: number; readonly signal?: AbortSignal} = {},
  ): ReturnType<HostSession['connectSocket']> {
    const {target, base, path} = far
    if (path.includes('${')) throw socketError(target, path, 'the ssh client would replace a variable in that name')
    const near = join((await directory) ?? tmpdir(), `f${++forwards}`)
    // ssh.c: a backslash keeps a colon from parting the two names, and %% is a percent.
    const spec = `${near}:${path.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%')}`
    const command = (what: string): Promise<string | undefined> =>
      control(['-L', spec, ...base, '-O', what, '--', target.host], limits.signal)
    const refused = await command('forward')
    if (refused !== undefined) throw socketError(target, path, refused)
    try {
      const socket = await localSocketConnector(target)(near, limits)
      const silence = delay(settleMs, 'open' as const)
      const answer = new Promise<'open' | 'shut'>((resolve) => {
        socket.once('readable', () => resolve(socket.readableLength > 0 ? 'open' : 'shut'))
        socket.once('error', () => resolve('shut'))
        socket.once('close', () => resolve('shut'))
      })
      if ((await Promise.race([answer, silence])) === 'shut') {
        socket.destroy()
        throw socketError(target, path, 'nobody listens there')
      }
      return socket
    } finally {
      await command('cancel')
      await rm(near, {force: true})
    }
  }
}

/** How long a far socket may take to be refused. */
const settleMs = 400

/** Neither terminal, X11, agent nor what else the configuration would forward. */
const plain = ['-T', '-x', '-a', '-o', 'ClearAllForwardings=yes']

/** At the terminal, until a master stands: whoever sits there may be asked. Nothing to do where there is one. */
async function signIn(
  target: Target,
  base: readonly string[],
  limit: {readonly signal: AbortSignal; readonly ms: number},
): Promise<void> {
  if ((await control([...base, '-O', 'check', '--', target.host], limit.signal)) === undefined) return
  const said = await control([...plain, ...base, '-f', '-N', '--', target.host], limit.signal, limit.ms)
  if (limit.signal.aborted) throw interrupted()
  if (said !== undefined) {
    throw opensshError(target, said) ?? new ConnectError('UNREACHABLE', `${formatTarget(target)}: ${said}`)
  }
}

/** Tells a client something; undefined when it did it, else what it said. Never rejects, unless interrupted. */
async function control(
  argv: readonly string[],
  signal?: AbortSignal,
  ms = controlDeadlineMs,
): Promise<string | undefined> {
  const child = spawn('ssh', argv, {stdio: ['ignore', 'ignore', 'pipe'], env: cLocale()})
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < messageBytes) said += chunk.toString('utf8')
  })
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => setImmediate(() => resolve(code === 0 ? undefined : said.trim() || `status ${code}`)))
  })
  try {
    return await withDeadline(ended, {ms, signal, timeout: () => new Error('no answer')})
  } catch (error) {
    // a client that asks for a passphrase gives the terminal its echo back
    child.kill('SIGTERM')
    if (error instanceof CtysError) throw error
    return 'the ssh client did not answer'
  }
}

function cLocale(): NodeJS.ProcessEnv {
  return {...process.env, LC_ALL: 'C'}
}
