import {randomBytes} from 'node:crypto'
import {posix} from 'node:path'
import type {Readable} from 'node:stream'
import {ConnectError, CtysError, PreconditionError} from '../../domain/errors.js'
import type {HostStream} from '../../domain/ports/host-stream.js'
import type {HostSession, PutOptions} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {on} from '../../lib/command-on.js'
import {interrupted, onAbort, withDeadline} from '../../lib/deadline.js'
import {putScript} from './put-script.js'

/** How long a host may take for the next piece, and for the file to take its place. */
const silenceMs = 60_000
/** What is read of an answer. */
const answerBytes = 4_000

interface Place {
  readonly target: Target
  readonly path: string
}

/** `HostSession.put` over a stream of the session. The content is destroyed when it was not read to its end. */
export async function putFile(
  open: HostSession['open'],
  at: Place,
  content: Readable,
  {mode, signal, deadlineMs = silenceMs}: PutOptions,
): Promise<void> {
  if (!at.path.startsWith('/') || at.path.endsWith('/'))
    throw new CtysError('INTERNAL', `'${at.path}' is no path of a file`)
  const mark = randomBytes(16).toString('hex')
  const {name, text} = putScript
  content.on('error', () => undefined) // whoever reads it is told
  const argv = ['sh', '-c', text, name, at.path, mode.toString(8), mark]
  let stream: HostStream | undefined
  const forget = onAbort(signal, () => {
    content.destroy()
    stream?.destroy()
  })
  try {
    stream = await open({argv}, {signal})
    const answer = answerOf(stream)
    const limit = {ms: deadlineMs, signal, timeout: () => silent(at, deadlineMs)}
    const isTaken = await sendAll(stream, {content, mark, answer, limit})
    const said = await withDeadline(answer, limit)
    if (signal.aborted) throw interrupted()
    check(said, {...at, reason: said === '' ? await reasonOf(stream) : '', isTaken})
  } catch (error) {
    throw signal.aborted ? interrupted() : error
  } finally {
    forget()
    content.destroy()
    stream?.destroy()
  }
}

interface Sending {
  readonly content: Readable
  readonly mark: string
  /** When the host has answered it takes no more. */
  readonly answer: Promise<string>
  readonly limit: Parameters<typeof withDeadline>[1]
}

/** False when the host answered before it had everything. The limit counts the host's silence, not that of the content. */
async function sendAll(stream: HostStream, {content, mark, answer, limit}: Sending): Promise<boolean> {
  let isAnswered = false
  void answer.then(() => {
    isAnswered = true
    content.destroy()
  })
  const send = (piece: Buffer | string): Promise<unknown> =>
    withDeadline(Promise.race([new Promise((resolve) => stream.write(piece, resolve)), answer]), limit)
  try {
    for await (const piece of content) await send(piece as Buffer | string)
  } catch (error) {
    if (!isAnswered) throw error
  }
  if (isAnswered) return false
  await send(`\n${mark}`)
  stream.end()
  return true
}

/** Everything the host says until it ends; empty when the way to it broke. */
function answerOf(stream: HostStream): Promise<string> {
  let said = ''
  stream.on('data', (chunk: Buffer) => {
    if (said.length < answerBytes) said += chunk.toString()
  })
  return new Promise((resolve) => {
    const tell = (): void => resolve(said)
    stream.once('end', tell)
    stream.once('close', tell)
  })
}

/** Why it ended, where that is told soon. */
function reasonOf(stream: HostStream): Promise<string> {
  stream.destroy()
  return withDeadline(stream.ended, {ms: 1_000, timeout: () => new Error('untold')}).catch(() => 'it is not told why')
}

interface Answered extends Place {
  /** Why the stream ended, where nothing was said. */
  readonly reason: string
  /** The host had the whole content. */
  readonly isTaken: boolean
}

function check(said: string, {target, path, reason, isTaken}: Answered): void {
  const [word = '', ...rest] = said.split('\n')
  if (word === 'written') return
  const host = formatTarget(target)
  if (word === '') {
    const state = isTaken ? 'it may be written' : 'it was not written'
    throw new ConnectError(
      'CONNECTION_LOST',
      `${host}: the connection ended while ${path} was written, ${state}: ${reason}`,
    )
  }
  const why = rest.join(' ').trim() || 'the host does not say why'
  const text = `${host}: cannot write ${path}: ${why}`
  if (word !== 'full') throw new PreconditionError('WRITE_FAILED', text)
  const inspect = on(target)`df -h ${posix.dirname(path)}`
  throw new PreconditionError('DISK_FULL', text, {hint: `make room there, or take another place: ${inspect}`})
}

function silent({target, path}: Place, ms: number): Error {
  return new PreconditionError(
    'COMMAND_TIMEOUT',
    `${formatTarget(target)}: ${path}: no sign of the host for ${ms / 1000} s`,
  )
}
