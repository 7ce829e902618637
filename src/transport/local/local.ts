import {type ChildProcess, spawn} from 'node:child_process'
import {createConnection} from 'node:net'
import type {Duplex} from 'node:stream'
import {ConnectError} from '../../domain/errors.js'
import type {HostSession, Transport} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {withDeadline} from '../../lib/deadline.js'
import {openShellSession, type ShellChannel} from '../shell/shell-session.js'

const readyTimeoutMs = 10_000
const socketDeadlineMs = 5_000
/** How long the streams of an ended process are read for what it said at last. */
const lastWordsMs = 300

export interface LocalTransportOptions {
  /** The shell to start; default `sh`. */
  readonly shell?: readonly [string, ...string[]]
}

/** This machine, through the same supervised `sh` as every other host. */
export function createLocalTransport({shell = ['sh']}: LocalTransportOptions = {}): Transport {
  const [file, ...args] = shell
  return {
    name: 'local',
    open(target, {signal}) {
      // A session of its own keeps the terminal's Ctrl-C away from it, and its process group holds nothing else.
      const child = spawn(file, args, {detached: true, stdio: ['pipe', 'pipe', 'pipe']})
      const connectSocket = localSocketConnector(target)
      return openShellSession({target, channel: processChannel(child), connectSocket, signal, readyTimeoutMs})
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

/** Connects to a Unix socket of this machine; what cannot be reached is UNREACHABLE. */
export function localSocketConnector(target: Target): HostSession['connectSocket'] {
  return async (path, {deadlineMs = socketDeadlineMs, signal} = {}) => {
    const socket = createConnection({path})
    const connected = new Promise<Duplex>((resolve, reject) => {
      socket.once('connect', () => resolve(socket))
      socket.once('error', (cause) => reject(socketError(target, path, cause.message, cause)))
    })
    try {
      const timeout = () => socketError(target, path, `no answer within ${deadlineMs / 1000} s`)
      return await withDeadline(connected, {ms: deadlineMs, signal, timeout})
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
}

export function socketError(target: Target, path: string, reason: string, cause?: unknown): ConnectError {
  const message = `${formatTarget(target)}: cannot connect to the socket ${path}: ${reason}`
  return new ConnectError('UNREACHABLE', message, {cause})
}
