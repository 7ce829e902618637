import {spawn} from 'node:child_process'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {ConfigError, ConnectError, CtysError} from '../../domain/errors.js'
import {withDeadline} from '../../lib/deadline.js'
import {Gate} from '../../lib/gate.js'
import {spawnPiped} from '../../lib/spawn-piped.js'
import {controlArguments} from './arguments.js'

/** How much of a client's messages is kept: their end, where it says why it ended. */
const messageBytes = 16_000

/** Messages with what came behind them. */
export function withChunk(said: string, chunk: Buffer): string {
  return (said + chunk.toString('utf8')).slice(-messageBytes)
}
const controlDeadlineMs = 5_000
const endingsAtOnce = 4

/** The connections of a run: one control socket for each account, all in one private directory (mode 0700). */
export interface Masters {
  readonly directory: Promise<string>
  /** The control socket of an account. */
  socketOf(account: string): Promise<string>
  /** Ends every connection and removes the directory. */
  close(): Promise<void>
  /** The same without waiting, for a process that is about to end. */
  leave(): void
}

export function createMasters(): Masters {
  const sockets = new Map<string, string>()
  let made: Promise<string> | undefined
  let path: string | undefined
  const directory = (): Promise<string> => {
    made ??= privateDirectory().then((name) => {
      path = name
      return name
    })
    return made
  }
  return {
    get directory() {
      return directory()
    },
    async socketOf(account) {
      const socket = sockets.get(account) ?? join(await directory(), `c${sockets.size + 1}`)
      sockets.set(account, socket)
      return socket
    },
    async close() {
      await made?.catch(() => undefined)
      if (path === undefined) return
      const endings = [...sockets.values()].map((socket) => () => runClient(controlArguments(socket, 'exit')))
      await new Gate(endingsAtOnce).enterAll(endings)
      await rm(path, {recursive: true, force: true}).catch(() => undefined)
    },
    leave() {
      if (path === undefined) return
      const child = spawn('sh', ['-c', leaveScript, 'sh', path], {detached: true, stdio: 'ignore'})
      child.on('error', () => undefined)
      child.unref()
    },
  }
}

const leaveScript = `\
for socket in "$1"/c*; do
  ssh -F /dev/null -o "ControlPath=$socket" -O exit -- master
done
rm -rf -- "$1"
`

/** sun_path has 108 bytes with its end (unix(7)); below it come our name, the socket's and what ssh appends meanwhile. */
const maxDirectoryBytes = 107 - '/ctys-XXXXXX'.length - '/c99999'.length - '.XXXXXXXXXXXXXXXX'.length

/** In the runtime directory, or where that is missing, not ours or too long for a socket, in that for temporary files. */
async function privateDirectory(): Promise<string> {
  const places = [process.env.XDG_RUNTIME_DIR ?? '', tmpdir(), '/tmp']
  let cause: unknown
  for (const place of places.filter((name) => name.startsWith('/') && Buffer.byteLength(name) <= maxDirectoryBytes)) {
    try {
      return await mkdtemp(join(place, 'ctys-'))
    } catch (error) {
      cause = error
    }
  }
  const reason = cause instanceof Error ? cause.message : 'every name is too long'
  throw new ConfigError('CONFIG', `no directory for the sockets of the ssh client: ${reason}`, {
    hint: 'set XDG_RUNTIME_DIR or TMPDIR to a directory that you can write to',
    cause,
  })
}

interface RunOptions {
  readonly signal?: AbortSignal
  readonly ms?: number
  readonly env?: NodeJS.ProcessEnv
  /** Time while it is true does not count. */
  readonly waits?: () => boolean
  /** Told the pid. */
  readonly own?: (pid: number | undefined) => void
}

function startClient(argv: readonly string[], env: NodeJS.ProcessEnv) {
  try {
    return spawnPiped('ssh', argv, {detached: true, stdio: ['ignore', 'ignore', 'pipe'], env: clientEnv(env)})
  } catch (error) {
    if (error instanceof ConnectError) return error
    throw error
  }
}

/** Runs a client to its end; undefined when it did its work, else what it said. Never rejects, unless interrupted. */
export async function runClient(argv: readonly string[], options: RunOptions = {}): Promise<string | undefined> {
  const {signal, ms = controlDeadlineMs, env = {}, waits = () => false} = options
  // a session of its own: the terminal, and its Ctrl-C, are ours
  const child = startClient(argv, env)
  if (child instanceof ConnectError) return child.message
  options.own?.(child.pid)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = withChunk(said, chunk)
  })
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => setImmediate(() => resolve(code === 0 ? undefined : said.trim() || `status ${code}`)))
  })
  try {
    for (;;) {
      const late = new Error('no answer')
      try {
        return await withDeadline(ended, {ms, signal, timeout: () => late})
      } catch (error) {
        if (error !== late || !waits()) throw error
      }
    }
  } catch (error) {
    child.kill('SIGTERM')
    if (error instanceof CtysError) throw error
    return `${said.trim()}\nthe ssh client did not answer within ${ms / 1000} s: timed out`.trim()
  }
}

/** Messages in English, and what is given; undefined takes a variable away. */
export function clientEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env = {...process.env, LC_ALL: 'C', ...more}
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined))
}
