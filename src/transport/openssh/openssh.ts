import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {ConnectError, CtysError} from '../../domain/errors.js'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {HostSession, Transport} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {interrupted} from '../../lib/deadline.js'
import {connectHere, processChannel} from '../local/local.js'
import {commandStream, openError} from '../shell/host-stream.js'
import {openShellSession, remoteCommand} from '../shell/shell-session.js'
import type {SshSettings} from '../ssh-config/types.js'
import {Slots} from '../ssh2/slots.js'
import {cLocale, control, messageBytes} from './control.js'
import {isDrop, opensshError} from './errors.js'

export interface OpensshTransportOptions {
  readonly settingsFor: (target: Target, signal: AbortSignal) => Promise<SshSettings>
  readonly configFile?: string
  /** The client may ask at the terminal. */
  readonly interactive: boolean
}

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
        open: (to, limits = {}) => openStream({target, base}, to, limits),
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

  function openStream(far: Far, to: StreamTo, limits: OpenLimits): Promise<HostStream> {
    if (!('argv' in to)) return forward(far, to, limits)
    const {target, base} = far
    const argv = ['-o', 'BatchMode=yes', ...plain, ...base, '--', target.host, remoteCommand]
    const child = spawn('ssh', argv, {detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: cLocale()})
    return commandStream(processChannel(child), {target, to}, limits)
  }

  /**
   * Lets the master listen on a socket of ours for this one connection. The client says nothing when the far side does
   * not listen: it closes ours. So the answer of the far side is awaited: bytes, or the end.
   */
  async function forward({target, base}: Far, to: Forwarded, limits: OpenLimits): Promise<HostStream> {
    if ('unix' in to && to.unix.includes('${')) {
      throw openError(target, to, 'the ssh client would replace a variable in that name')
    }
    const near = join((await directory) ?? tmpdir(), `f${++forwards}`)
    const spec = `${near}:${forwardText(to)}`
    const command = (what: string): Promise<string | undefined> =>
      control(['-L', spec, ...base, '-O', what, '--', target.host], limits.signal)
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
}

interface Far {
  readonly target: Target
  readonly base: readonly string[]
}

type Forwarded = Exclude<StreamTo, {argv: readonly string[]}>

/** The far half of -L (ssh.c): a backslash keeps a colon from parting the two names, and %% is a percent. */
function forwardText(to: Forwarded): string {
  if ('tcp' in to) return `[${to.address ?? '127.0.0.1'}]:${to.tcp}`
  return to.unix.replace(/[\\:]/g, '\\$&').replaceAll('%', '%%')
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
