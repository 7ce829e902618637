import {existsSync} from 'node:fs'
import {ConnectError, CtysError} from '../../domain/errors.js'
import type {HostSession, OpenOptions, Transport} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {interrupted} from '../../lib/deadline.js'
import {Gate} from '../../lib/gate.js'
import {spawnPiped} from '../../lib/spawn-piped.js'
import {processChannel} from '../local/local.js'
import {limitOf} from '../patience.js'
import {loginsLimited, readGreeting} from '../refusals.js'
import type {AnswerBudget} from '../shell/budget.js'
import {remoteCommand} from '../shell/errors.js'
import {openShellSession} from '../shell/shell-session.js'
import type {SshSettings} from '../ssh-config/types.js'
import {accountKey, type ClientOptions, clientArguments, controlArguments} from './arguments.js'
import {type Asking, createAskpassServer, type Person, unattended} from './askpass.js'
import {clientEnv, createMasters, runClient, withChunk} from './control.js'
import {opensshError, withAuthority} from './errors.js'
import {streamOpener} from './streams.js'

export interface OpensshTransportOptions {
  readonly settingsFor: (target: Target, signal: AbortSignal) => Promise<SshSettings>
  readonly configFile?: string
  /** Who answers what a client asks; absent where nobody can be asked. */
  readonly person?: Person
  /** Of the run. */
  readonly budget: AnswerBudget
}

const persistSeconds = 120
/** ssh itself tells first what it waited for. */
const lastWordsMs = 2_000

/**
 * The system's ssh client, for what ssh2 cannot do: certificates, tokens, ProxyCommand, and so on (ssh_config(5),
 * ControlMaster). The sessions of one account share a connection; all of them end with the run.
 */
export function createOpensshTransport(options: OpensshTransportOptions): Transport {
  const {settingsFor, configFile, person, budget} = options
  const masters = createMasters()
  const gates = new Map<string, Gate>()
  let freshOnes = 0
  let askpass: ReturnType<typeof createAskpassServer> | undefined

  function asking(target: Target, {identityFiles}: SshSettings): Promise<Asking> {
    if (person === undefined) return Promise.resolve({env: unattended, waits: () => false, notes: [], own: () => {}})
    askpass ??= createAskpassServer(masters.directory, person)
    return askpass.asking(identityFiles, formatTarget(target))
  }

  /**
   * Of those to one account one at a time, so that the first becomes the master of the others: a second one would be left
   * without an owner. ssh does not share jump hosts.
   */
  function inOrder<T>(settings: SshSettings, work: () => Promise<T>): Promise<T> {
    const key = accountKey(settings)
    const gate = gates.get(key) ?? new Gate(1)
    gates.set(key, gate)
    return gate.enter(work)
  }

  async function connect(target: Target, given: SshSettings, options: OpenOptions): Promise<HostSession> {
    const {signal, attempt = 1, mostMs, fresh} = options
    // a client that persists drops what its jump host or proxy says (sshconnect.c), and that may be the reason
    const persist = attempt === 1
    const limitMs = limitOf(given.connectTimeoutMs, attempt, mostMs)
    const settings = {...given, connectTimeoutMs: limitMs}
    const account = accountKey(settings)
    const controlPath = await masters.socketOf(fresh === undefined ? account : `${account} ${++freshOnes}`)
    const {env, waits, notes, own} = await asking(target, settings)
    const common = {controlPath, ...(configFile !== undefined && {configFile})}
    const persisting = {...common, ...(persist && {persistSeconds})}
    const attended = person !== undefined && persist
    if (attended)
      await signIn(
        {target, settings, options: {...persisting, batch: false}},
        {signal, ms: limitMs, env, waits, notes, own},
      )
    const batch = clientArguments(target, settings, {...persisting, batch: true})
    const base = clientArguments(target, settings, {...persisting, batch: attended || person === undefined})
    // a session of its own: the terminal's Ctrl-C is ours, who settle what runs
    const child = spawnPiped('ssh', [...base, '--', target.host, remoteCommand], {
      detached: true,
      stdio: 'pipe',
      env: clientEnv(env),
    })
    own(child.pid)
    let messages = ''
    child.stderr.on('data', (chunk: Buffer) => {
      messages = withChunk(messages, chunk)
    })
    try {
      return await openShellSession({
        target,
        channel: processChannel(child),
        open: streamOpener(target, controlPath, {base: batch, env}),
        signal,
        readyTimeoutMs: limitMs + lastWordsMs,
        budget,
      })
    } catch (error) {
      if (!(error instanceof CtysError) || error.code !== 'SHELL_FAILED') throw error
      // at its limit ssh may have told its reason without having ended yet
      const ended = child.exitCode === null || child.exitCode === 255
      const told = ended ? opensshError(target, settings, [messages, ...notes].join('\n')) : undefined
      if (told !== undefined) throw told
      if (child.exitCode !== null) throw error
      // its socket is there as soon as somebody is signed in (ssh.c), and stays where the client persists
      const isIn = persist ? existsSync(controlPath) : messages !== ''
      if (isIn) throw error
      const {code, what} = error.load === 'silent' ? late(limitMs) : talker
      throw new ConnectError(code, `${formatTarget(target)}: ${what}`, {
        cause: error,
        ...(error.load && {load: error.load}),
      })
    }
  }

  return {
    name: 'openssh',
    async open(target, options) {
      const settings = await settingsFor(target, options.signal)
      try {
        return await inOrder(settings, () => connect(target, settings, options))
      } catch (error) {
        const known = error instanceof CtysError ? await withAuthority(error, target, settings) : error
        throw await nameDrop(known, target, settings)
      }
    },
    async close() {
      askpass?.close()
      await masters.close()
    },
    leave() {
      masters.leave()
    },
  }
}

const late = (ms: number) => ({code: 'CONNECT_TIMEOUT', what: `no answer within ${ms / 1000} s`}) as const
const talker = {code: 'UNREACHABLE', what: 'the host talks without end and signs nobody in'} as const

interface SignIn {
  readonly target: Target
  readonly settings: SshSettings
  readonly options: ClientOptions
}

/** Makes the connection before its first session, as long as a person needs to answer. Nothing to do where there is one. */
async function signIn(
  {target, settings, options}: SignIn,
  limit: Asking & {readonly signal: AbortSignal; readonly ms: number},
): Promise<void> {
  const {signal, notes} = limit
  if ((await runClient(controlArguments(options.controlPath, 'check'), {signal})) === undefined) return
  // in front of the others, which would be another type of session
  const argv = ['-f', '-N', ...clientArguments(target, settings, options), '--', target.host]
  const said = await runClient(argv, limit)
  if (signal.aborted) throw interrupted()
  if (said === undefined) return
  const told = opensshError(target, settings, [said, ...notes].join('\n'))
  throw told ?? new ConnectError('UNREACHABLE', `${formatTarget(target)}: ${said}`)
}

/** ssh does not tell what sshd said when it dropped the connection, so it is asked once more, by hand. */
async function nameDrop(error: unknown, target: Target, settings: SshSettings): Promise<unknown> {
  const {proxyJump, proxyCommand, hostName, port} = settings
  if (!(error instanceof CtysError) || error.load !== 'dropped') return error
  if (proxyJump.length > 0 || proxyCommand !== undefined) return error
  return loginsLimited(target, await readGreeting(hostName, port), error) ?? error
}
