import type {Readable} from 'node:stream'
import {ConfigError} from '../../domain/errors.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {withDeadline} from '../../lib/deadline.js'
import {pastableCall} from '../../lib/shell-quote.js'
import {spawnPiped} from '../../lib/spawn-piped.js'
import {guardTarget} from './guard.js'
import {reasonForOpenssh} from './needs.js'
import {sessionOverrides} from './overrides.js'
import type {SshSettings} from './types.js'
import {parseSshOutput, readSettings} from './values.js'

export interface ResolveOptions {
  /** Replaces the user's and the system's configuration, as `ssh -F`. */
  readonly configFile?: string
  readonly signal: AbortSignal
  /** Default process.env. */
  readonly env?: NodeJS.ProcessEnv
  /** Limit for the run of ssh; default 10 s. */
  readonly deadlineMs?: number
}

/**
 * Asks the system's `ssh -G` for the settings of a target: it is the only complete reader of ssh_config(5) (Include,
 * Match, tokens, canonical names). `Match exec` runs commands of the user's own configuration, as in every use of ssh.
 *
 * Environment: `ssh` is looked up in PATH and runs with LC_ALL=C. The home directory is the one of the password database,
 * never $HOME, as in ssh. SSH_AUTH_SOCK names the agent unless IdentityAgent says otherwise. `${NAME}` in file names is
 * replaced; one that is not set is an error.
 *
 * Throws ConfigError SSH_CONFIG when the target's names are not safe to pass on, when there is no ssh client, or with
 * ssh's own message when it refuses the configuration; INTERRUPTED when the signal fires.
 */
export async function resolveSshSettings(target: Target, options: ResolveOptions): Promise<SshSettings> {
  guardTarget(target)
  const env = options.env ?? process.env
  const output = await runSsh(sshArguments(target, options.configFile), target, {...options, env})
  const values = parseSshOutput(output)
  const settings = {
    ...readSettings(target.host, values, env),
    overrides: sessionOverrides(values),
    ...(options.configFile !== undefined && {configFile: options.configFile}),
  }
  const needsOpenssh = await reasonForOpenssh(settings, values)
  return needsOpenssh === undefined ? settings : {...settings, needsOpenssh}
}

/**
 * -T only keeps ssh from remarking on terminals. With -N no command is needed nor in the way: a configuration may want to
 * go to the background, which needs one, or have a command of its own.
 */
function sshArguments(target: Target, configFile: string | undefined): string[] {
  return [
    ...['-G', '-T', '-N'],
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...['--', target.host],
  ]
}

/** What ssh prints. It gets a process group of its own, so that a `Match exec` that hangs ends together with it. */
async function runSsh(argv: string[], target: Target, options: ResolveOptions): Promise<string> {
  const {signal, deadlineMs = 10_000} = options
  const child = spawnPiped('ssh', argv, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...options.env, LC_ALL: 'C'},
  })
  let running = true
  const kill = (): void => {
    if (!running || child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // The whole group has ended by itself.
    }
  }
  const stdout = collect(child.stdout, kill)
  const stderr = collect(child.stderr, kill)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(noClient(error)))
    child.once('close', (code) => {
      running = false
      resolve(code)
    })
  })
  try {
    const timeout = () => refused(target, [`ssh -G gave no answer within ${deadlineMs / 1000} s`], argv)
    const code = await withDeadline(ended, {ms: deadlineMs, signal, timeout})
    if (code !== 0) throw refused(target, stderr().split(/\r?\n/), argv)
    return stdout()
  } finally {
    kill()
  }
}

const maxOutputBytes = 1024 * 1024

/** Gathers a stream; more than the limit counts as a fault of the program, which is ended. */
function collect(stream: Readable, tooMuch: () => void): () => string {
  const chunks: Buffer[] = []
  let bytes = 0
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxOutputBytes) tooMuch()
    else chunks.push(chunk)
  })
  return () => Buffer.concat(chunks).toString('utf8')
}

function refused(target: Target, lines: readonly string[], argv: readonly string[]): ConfigError {
  const details = lines.map((line) => line.trim()).filter((line) => line !== '')
  const [first = 'ssh -G failed without a message', ...rest] = details
  return new ConfigError('SSH_CONFIG', `${formatTarget(target)}: ${first}`, {
    hint: `correct the ssh configuration; this shows the fault again: ssh ${pastableCall(argv)}`,
    ...(rest.length > 0 && {details: rest}),
  })
}

function noClient(cause: Error): ConfigError {
  const missing = 'code' in cause && cause.code === 'ENOENT'
  return new ConfigError('SSH_CONFIG', missing ? 'there is no ssh client in PATH' : `ssh: ${cause.message}`, {
    hint: 'install the OpenSSH client (package openssh-client or openssh); ctys reads your ssh configuration through it',
    cause,
  })
}
