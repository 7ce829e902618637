import {randomBytes} from 'node:crypto'
import {Duplex} from 'node:stream'
import {ConnectError} from '../../domain/errors.js'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {withDeadline} from '../../lib/deadline.js'
import {shellQuoteAll} from '../../lib/shell-quote.js'
import type {ShellChannel} from './shell-session.js'

export const openDeadlineMs = 5_000
/** What a login shell may print in front of the command, and what is kept of its errors. */
const noiseBytes = 64 * 1024
const messageBytes = 2_000

/** Adds to a stream of any transport the promise that tells its end. */
export function asHostStream(stream: Duplex, reason: Promise<string> = endOf(stream)): HostStream {
  stream.on('error', () => undefined) // the end tells
  return Object.assign(stream, {ended: reason})
}

function endOf(stream: Duplex): Promise<string> {
  return new Promise((resolve) => {
    stream.once('error', ({message}) => resolve(message))
    stream.once('end', () => resolve('the other side closed it'))
    stream.once('close', () => resolve('it was closed'))
  })
}

export function openError(target: Target, to: StreamTo, reason: string, cause?: unknown): ConnectError {
  return new ConnectError('UNREACHABLE', `${formatTarget(target)}: cannot open ${placeText(to)}: ${reason}`, {cause})
}

function placeText(to: StreamTo): string {
  if ('unix' in to) return `the socket ${to.unix}`
  return 'tcp' in to ? `port ${to.tcp} of ${to.address ?? '127.0.0.1'}` : `the command ${to.argv[0]}`
}

/** `opened` within its limits; what comes later is destroyed, and what still comes on it is not kept. */
export async function openInTime(
  opened: Promise<HostStream>,
  at: {readonly target: Target; readonly to: StreamTo},
  {deadlineMs = openDeadlineMs, signal}: OpenLimits,
): Promise<HostStream> {
  try {
    const timeout = () => openError(at.target, at.to, `no answer within ${deadlineMs / 1000} s`)
    return await withDeadline(opened, {ms: deadlineMs, signal, timeout})
  } catch (error) {
    opened.then((late) => late.resume().destroy()).catch(() => undefined)
    throw error
  }
}

/**
 * Lets a fresh `sh` become a command. Nothing is sent behind the one line it gets until it has said that it is there:
 * some shells read ahead, and what the login shell prints before is not the command's. Rejects with UNREACHABLE when
 * there is no such command or no shell in time; the channel is destroyed then.
 */
export async function commandStream(
  channel: ShellChannel,
  at: {readonly target: Target; readonly to: {readonly argv: readonly string[]}},
  {deadlineMs = openDeadlineMs, signal}: OpenLimits = {},
): Promise<HostStream> {
  const mark = `\n${randomBytes(16).toString('hex')}\n`
  let said = ''
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < messageBytes) said += chunk.toString()
  })
  channel.stdin.on('error', () => undefined) // the end of the channel tells
  const ended = channel.closed.then((reason) => said.trim().split('\n').at(-1) || reason)
  const line =
    `set -- ${shellQuoteAll(at.to.argv)}; command -v "$1" >/dev/null 2>&1 || { echo "no such command" >&2; exit 127; }; ` +
    `printf '\\n%s\\n' ${mark.trim()}; exec "$@"\n`
  const first = firstBytes(channel, Buffer.from(mark))
  channel.stdin.write(line)
  const refuse = (reason: string) => openError(at.target, at.to, reason)
  const early = ended.then((reason) => Promise.reject(refuse(reason)))
  try {
    const timeout = () => refuse(`no answer within ${deadlineMs / 1000} s`)
    const rest = await withDeadline(Promise.race([first, early]), {ms: deadlineMs, signal, timeout})
    early.catch(() => undefined)
    return asHostStream(new ChannelStream(channel, rest), ended)
  } catch (error) {
    channel.destroy()
    throw error
  }
}

/** What stands behind the mark in the chunk that completes it. */
function firstBytes({stdout}: ShellChannel, mark: Buffer): Promise<Buffer> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0)
    const take = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      const at = seen.indexOf(mark)
      if (at < 0) seen = seen.subarray(-noiseBytes)
      else {
        stdout.off('data', take)
        stdout.pause()
        resolve(seen.subarray(at + mark.length))
      }
    }
    stdout.on('data', take)
  })
}

class ChannelStream extends Duplex {
  readonly #channel: ShellChannel

  constructor(channel: ShellChannel, first: Buffer) {
    super()
    this.#channel = channel
    if (first.length > 0) this.push(first)
    channel.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.stdout.pause()
    })
    channel.stdout.once('end', () => this.push(null))
    void channel.closed.then(() => {
      if (!this.destroyed && !this.readableEnded) this.push(null)
    })
  }

  override _read(): void {
    this.#channel.stdout.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const {stdin} = this.#channel
    // whoever takes no more may still have said why: an error would throw that away; the end is told by `ended`
    if (!stdin.writable) done()
    else if (stdin.write(chunk)) done()
    else {
      const go = (): void => {
        stdin.off('drain', go)
        stdin.off('close', go)
        done()
      }
      stdin.once('drain', go)
      stdin.once('close', go)
    }
  }

  override _final(done: () => void): void {
    this.#channel.stdin.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#channel.stdin.end()
    this.#channel.destroy()
    done(error)
  }
}
