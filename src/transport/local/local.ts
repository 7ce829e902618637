import type {ChildProcess} from 'node:child_process'
import {createConnection} from 'node:net'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {Transport} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {spawnPiped} from '../../lib/spawn-piped.js'
import type {AnswerBudget} from '../shell/budget.js'
import {asHostStream, commandStream, openError, openInTime} from '../shell/host-stream.js'
import {openShellSession, type ShellChannel} from '../shell/shell-session.js'

const readyTimeoutMs = 10_000
/** How long the streams of an ended process are read for what it said at last. */
const lastWordsMs = 300

export interface LocalTransportOptions {
  /** The shell to start; default `sh`. */
  readonly shell?: readonly [string, ...string[]]
  /** Of the run. */
  readonly budget?: AnswerBudget
}

/** This machine, through the same supervised `sh` as every other host. */
export function createLocalTransport({shell = ['sh'], budget}: LocalTransportOptions = {}): Transport {
  const [file, ...args] = shell
  return {
    name: 'local',
    open(target, {signal}) {
      // A session of its own keeps the terminal's Ctrl-C away from it, and its process group holds nothing else.
      const start = () => processChannel(spawnPiped(file, args, {detached: true, stdio: 'pipe'}))
      const open = (to: StreamTo, limits: OpenLimits = {}): Promise<HostStream> =>
        'argv' in to ? commandStream(start(), {target, to}, limits) : connectHere(target, to, limits)
      return openShellSession({target, channel: start(), open, signal, readyTimeoutMs, ...(budget && {budget})})
    },
    async close() {},
  }
}

/** A child process whose streams are those of a shell, here or at the far end of an ssh client. */
export function processChannel(child: ChildProcess & {stdin: object; stdout: object; stderr: object}): ShellChannel {
  const {stdin, stdout, stderr} = child as ChildProcess & Pick<ShellChannel, 'stdin' | 'stdout' | 'stderr'>
  const closed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, name) => {
      const reason = name === null ? `${child.spawnfile} ended with status ${code}` : `${name} ended ${child.spawnfile}`
      child.once('close', () => resolve(reason))
      // A daemon that kept the streams would hold `close` back for good.
      setTimeout(() => resolve(reason), lastWordsMs).unref()
    })
  })
  const destroy = (): void => {
    stdin.destroy()
    stdout.destroy()
    stderr.destroy()
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    child.unref()
  }
  return {stdin, stdout, stderr, closed, destroy}
}

/** Connects to a socket or port of this machine; what cannot be reached is UNREACHABLE. */
export function connectHere(
  target: Target,
  to: Exclude<StreamTo, {argv: readonly string[]}>,
  limits: OpenLimits = {},
): Promise<HostStream> {
  const socket = createConnection('unix' in to ? {path: to.unix} : {host: to.address ?? '127.0.0.1', port: to.tcp})
  const connected = new Promise<HostStream>((resolve, reject) => {
    socket.once('connect', () => resolve(asHostStream(socket)))
    socket.once('error', (cause) => reject(openError(target, to, cause.message, cause)))
  })
  return openInTime(connected, {target, to}, limits).catch((error) => {
    socket.destroy()
    throw error
  })
}
