import {ConfigError} from '../domain/errors.js'
import type {Transport} from '../domain/ports/ports.js'
import {formatTarget, isLocal, type Target} from '../domain/target.js'
import {withDeadline} from '../lib/deadline.js'
import {Gate} from '../lib/gate.js'
import {type Ask, askOnce} from './ask-once.js'
import {createLocalTransport} from './local/local.js'
import {createOpensshTransport} from './openssh/openssh.js'
import {AnswerBudget} from './shell/budget.js'
import {resolveSshSettings} from './ssh-config/settings.js'
import type {SshSettings} from './ssh-config/types.js'

export interface RouteOptions {
  /** Always this way, whatever the target is. */
  readonly force?: Transport['name']
  /** Replaces the user's and the system's ssh configuration, as `ssh -F`. */
  readonly configFile?: string
  /** Tells why a connection is made in an unusual way; for --verbose. */
  readonly note?: (text: string) => void
  /** The person at the terminal; absent where nobody can be asked. */
  readonly person?: AtTerminal
}

export interface AtTerminal {
  readonly ask: Ask
  /** Something to do that is no question, such as touching a token. */
  readonly tell: (text: string) => void
  /** bin/askpass.cjs: what an ssh client calls that has a question. */
  readonly askpass: string
}

/** How many runs of `ssh -G` at a time: one that hangs in a `Match exec` holds up few others. */
const settingsAtOnce = 4
const maxHops = 8
/** `ssh -G`, which has a limit of its own, and a look at the files that it names. */
const settingsMs = 30_000

export interface RoutedTransport extends Transport {
  /**
   * The sshd that is met first on the way to a target, which is what MaxStartups and penalties count: its address, that
   * of the first jump host, or the ProxyCommand. Throws ConfigError SSH_CONFIG, or INTERRUPTED.
   */
  bastionOf(target: Target, signal: AbortSignal): Promise<string>
}

/**
 * Picks the way to each target: this machine without ssh, else ssh2, else the OpenSSH client where only that one can.
 * ssh2 is loaded when the first target needs it. Forced to `ssh`, a target that needs OpenSSH is a SSH_CONFIG error.
 */
export function createTransport(options: RouteOptions = {}): RoutedTransport {
  const {force, configFile, note = () => undefined, person} = options
  const answers = person && askOnce(person.ask)
  const resolved = new Map<string, Promise<SshSettings>>()
  const asking = new Gate(settingsAtOnce)
  const budget = new AnswerBudget()
  const local = createLocalTransport({budget})
  const openssh = createOpensshTransport({
    settingsFor,
    budget,
    ...(configFile !== undefined && {configFile}),
    ...(person && answers && {person: {answers, tell: person.tell, program: person.askpass}}),
  })
  let ssh2: Promise<Ssh2> | undefined

  /** The settings of a target are asked for once in a run. */
  function settingsFor(target: Target, signal: AbortSignal): Promise<SshSettings> {
    const key = formatTarget(target)
    const found = resolved.get(key)
    if (found !== undefined) return found
    const timeout = () =>
      new ConfigError('SSH_CONFIG', `${key}: the files that its settings name do not answer`, {
        hint: 'see whether the file system of the home directory and of IdentityFile answers',
      })
    const resolve = () =>
      withDeadline(resolveSshSettings(target, {signal, ...(configFile !== undefined && {configFile})}), {
        ...{ms: settingsMs, signal, timeout},
      })
    const made = asking.enter(resolve)
    resolved.set(key, made)
    made.catch(() => resolved.delete(key))
    return made
  }

  const isHere = (target: Target): boolean => force === 'local' || (force === undefined && isLocal(target))

  async function bastionOf(target: Target, signal: AbortSignal): Promise<string> {
    let next = target
    for (let hops = 0; ; hops++) {
      if (isHere(next)) return 'this machine'
      const {hostName, port, proxyJump, proxyCommand} = await settingsFor(next, signal)
      const [jump] = proxyJump
      if (jump === undefined || hops > maxHops) return proxyCommand ?? `${hostName} ${port}`
      next = jump
    }
  }

  async function loadSsh2(): Promise<Ssh2> {
    const [{createSshTransport}, {NeedsOpenssh}] = await Promise.all([
      import('./ssh2/ssh.js'),
      import('./ssh2/errors.js'),
    ])
    return {transport: createSshTransport({settingsFor, budget, ...(answers && {answers})}), NeedsOpenssh}
  }

  return {
    name: force ?? 'ssh',
    bastionOf,
    async open(target, context) {
      if (isHere(target)) return local.open(target, context)
      if (force === 'openssh') return openssh.open(target, context)
      ssh2 ??= loadSsh2()
      const {transport, NeedsOpenssh} = await ssh2
      try {
        return await transport.open(target, context)
      } catch (error) {
        if (!(error instanceof NeedsOpenssh)) throw error
        if (force === 'ssh') {
          if (error.otherwise !== undefined) throw error.otherwise
          const message = `${formatTarget(target)}: only the OpenSSH client can connect: ${error.message}`
          throw new ConfigError('SSH_CONFIG', message, {hint: 'do not force the transport ssh', cause: error})
        }
        note(`${formatTarget(target)}: using the ssh client: ${error.message}`)
        return openssh.open(target, context)
      }
    },
    async close() {
      const {transport} = (await ssh2?.catch(() => undefined)) ?? {}
      await Promise.all([local.close(), openssh.close(), transport?.close()])
    },
    leave() {
      openssh.leave?.()
    },
  }
}

interface Ssh2 {
  readonly transport: Transport
  readonly NeedsOpenssh: typeof import('./ssh2/errors.js').NeedsOpenssh
}
