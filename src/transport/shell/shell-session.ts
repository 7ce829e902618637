import {randomBytes} from 'node:crypto'
import type {Readable, Writable} from 'node:stream'
import {ConnectError, CtysError, type LoadSign} from '../../domain/errors.js'
import type {HostStream, OpenLimits, StreamTo} from '../../domain/ports/host-stream.js'
import type {ExecOptions, ExecResult, HostSession, PutOptions, RemoteScript} from '../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../domain/target.js'
import {interrupted, onAbort, withDeadline} from '../../lib/deadline.js'
import {shellQuote, shellQuoteAll} from '../../lib/shell-quote.js'
import {type Account, AnswerBudget} from './budget.js'
import {shellFailed, timedOut, tooLarge, tooLargeTogether} from './errors.js'
import {type Framed, type FrameLimit, FrameReader} from './frames.js'
import {putFile} from './put-file.js'
import {supervisor} from './supervisor.js'

/** A `sh` that reads its standard input as script, wherever it runs. */
export interface ShellChannel {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves with the reason, for people, when the shell or the way to it has ended. Never rejects. */
  readonly closed: Promise<string>
  /** Drops the channel and what it runs on. May be called twice. */
  readonly destroy: () => void
}

export interface ShellSessionOptions {
  readonly target: Target
  readonly channel: ShellChannel
  readonly open: HostSession['open']
  readonly signal: AbortSignal
  /** How long the shell may take to answer. */
  readonly readyTimeoutMs: number
  /** Shared by all sessions of the run; default: one of its own. */
  readonly budget?: AnswerBudget
}

const defaultDeadlineMs = 20_000
const defaultMaxBytes = 1024 * 1024
/** What a shell may print before it answers: the greeting of a login shell. */
const greetingBytes = 1024 * 1024
/** What a host may print unasked, and of an answer that was refused until its command has ended. */
const unaskedBytes = 16 * 1024 * 1024
const stderrBytes = 1024 * 1024
/** How much later than the deadline of a command its frame may come: TERM, a second, KILL, and a slow link. */
const graceMs = 5_000
const heartbeatMs = 15_000
const closeMs = 4_000

/**
 * Starts the supervisor in a fresh shell and waits until it answers. Throws SHELL_FAILED with what the host said instead,
 * or INTERRUPTED; the channel is destroyed then.
 */
export async function openShellSession(options: ShellSessionOptions): Promise<HostSession> {
  const session = new ShellSession(options)
  try {
    await session.begin(options)
  } catch (error) {
    options.channel.destroy()
    throw error
  }
  return session
}

class ShellSession implements HostSession {
  readonly target: Target
  readonly #channel: ShellChannel
  readonly #open: HostSession['open']
  readonly #streams = new Set<HostStream>()
  readonly #marker = randomBytes(16).toString('hex')
  readonly #stdout: FrameReader
  readonly #stderr: FrameReader
  readonly #account: Account
  /** Rejects with CONNECTION_LOST when the channel ends. */
  readonly #lost: Promise<never>
  #last: Promise<unknown> = Promise.resolve()
  #jobs = 0
  #end: string | undefined
  #heartbeat: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined
  /** Ends the command that runs, with that error. */
  #refuse: ((error: CtysError) => void) | undefined

  constructor({target, channel, open, budget = new AnswerBudget()}: ShellSessionOptions) {
    this.target = target
    this.#open = open
    this.#channel = channel
    const flood = {maxUnasked: unaskedBytes, onFlood: () => this.#drop('the host prints without end')}
    this.#stdout = new FrameReader(channel.stdout, flood)
    this.#stderr = new FrameReader(channel.stderr, flood)
    this.#account = budget.open(() => this.#makeRoom())
    channel.stdin.on('error', () => undefined) // the end of the channel tells
    this.#lost = channel.closed.then((reason) => {
      this.#end ??= reason
      clearInterval(this.#heartbeat)
      this.#account.close()
      this.#dropStreams()
      throw this.#lostError(this.#end)
    })
    this.#lost.catch(() => undefined)
  }

  async begin({signal, readyTimeoutMs}: ShellSessionOptions): Promise<void> {
    const onTooMuch = (): void => this.#drop(`it printed more than ${greetingBytes / 1024} KiB before it answered`)
    const ready = this.#frames('ready', {maxBytes: greetingBytes, onTooMuch})
    this.#send(`${supervisor}ctys_begin ${shellQuote(this.#marker)}`)
    try {
      const timeout = () => this.#shellFailed(`no answer within ${readyTimeoutMs / 1000} s`, 'silent')
      await withDeadline(Promise.race([ready, this.#lost]), {ms: readyTimeoutMs, signal, timeout})
    } catch (error) {
      if (error instanceof CtysError && error.code !== 'CONNECTION_LOST') throw error
      throw this.#shellFailed(this.#end ?? 'it ended')
    }
    this.#heartbeat = setInterval(() => this.#send('ctys_beat'), heartbeatMs).unref()
  }

  script(script: RemoteScript, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const {name, text, maxBytes = defaultMaxBytes} = script
    return this.exec(['sh', '-c', text, name, ...args], {maxBytes, ...options})
  }

  exec(argv: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const run = (): Promise<ExecResult> => this.#run(argv, options)
    const result = this.#last.then(run, run)
    this.#last = result.catch(() => undefined)
    return result
  }

  async #run(argv: readonly string[], options: ExecOptions): Promise<ExecResult> {
    const {input, deadlineMs = defaultDeadlineMs, signal, maxBytes = defaultMaxBytes} = options
    if (argv.length === 0) throw new CtysError('INTERNAL', 'a command without a name')
    if (signal?.aborted) throw interrupted()
    if (this.#end !== undefined) throw this.#lostError(this.#end)
    const id = `j${++this.#jobs}`
    const fed = input === undefined ? '0 ' : '1 '
    const ttl = Math.ceil(deadlineMs / 1000)
    const line = `ctys_job ${id} ${ttl} ${fed}${shellQuote(input ?? '')} ${shellQuoteAll(argv)}`

    let stopped: CtysError | undefined
    let overdue: NodeJS.Timeout | undefined
    /** Asks the host to end the command; one that then does not report its end in time makes the session a lost one. */
    const stop = (error: CtysError): void => {
      if (stopped !== undefined) return
      stopped = error
      this.#send(`ctys_cancel ${id}`)
      overdue = setTimeout(() => this.#drop('the host did not answer when a command was ended'), graceMs)
    }
    const onTooMuch = (): void => stop(tooLarge(this.target, argv, maxBytes))
    this.#refuse = stop
    const taken = (bytes: number): void => this.#account.take(bytes)
    this.#account.clear()
    const deadline = setTimeout(() => stop(timedOut(this.target, argv, deadlineMs)), deadlineMs)
    const forget = onAbort(signal, () => stop(interrupted()))
    try {
      const frames = this.#frames(id, {maxBytes, onTooMuch, taken})
      this.#send(line)
      const [stdout, stderr] = await Promise.race([frames, this.#lost]).catch((error: unknown) => {
        throw stopped?.code === 'OUTPUT_TOO_LARGE' ? stopped : error
      })
      this.#send('ctys_done')
      if (stdout.word === 'deadline') throw timedOut(this.target, argv, deadlineMs)
      if (stopped?.code === 'OUTPUT_TOO_LARGE') throw stopped
      // Not asked for by us: the supervisor saw the end of its stdin.
      if (stdout.word === 'cancelled') throw stopped ?? this.#lostError(this.#end ?? 'the host ended the command')
      return {exitCode: Number(stdout.word), stdout: stdout.data, stderr: stderr.data}
    } finally {
      clearTimeout(deadline)
      clearTimeout(overdue)
      forget()
    }
  }

  async open(to: StreamTo, limits: OpenLimits = {}): Promise<HostStream> {
    if (limits.signal?.aborted) throw interrupted()
    if (this.#end !== undefined) throw this.#lostError(this.#end)
    const stream = await this.#open(to, limits)
    this.#streams.add(stream)
    stream.once('close', () => this.#streams.delete(stream))
    if (this.#end === undefined) return stream
    stream.destroy()
    throw this.#lostError(this.#end)
  }

  put(path: string, content: Readable, options: PutOptions): Promise<void> {
    return putFile((to, limits) => this.open(to, limits), {target: this.target, path}, content, options)
  }

  #dropStreams(): void {
    for (const stream of this.#streams) stream.destroy()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** The end of its stdin makes the supervisor end what runs, and itself. */
  async #close(): Promise<void> {
    this.#end ??= 'the session was closed'
    clearInterval(this.#heartbeat)
    this.#dropStreams()
    this.#channel.stdin.end()
    const timeout = () => new Error('too slow')
    await withDeadline(this.#channel.closed, {ms: closeMs, timeout}).catch(() => undefined)
    this.#channel.destroy()
  }

  hold(bytes: number): void {
    if (!this.#account.hold(bytes)) throw tooLargeTogether(this.target)
  }

  /** The answers of the run are too large together, and the one that comes here is the largest. */
  #makeRoom(): void {
    this.#refuse?.(tooLargeTogether(this.target))
    this.#stdout.drop()
    this.#stderr.drop()
  }

  /** What a script says on stderr is for messages: little of it is read. */
  #frames(id: string, limit: FrameLimit): Promise<[Framed, Framed]> {
    const mark = `${this.#marker} ${id}`
    const maxBytes = Math.min(limit.maxBytes, stderrBytes)
    return Promise.all([this.#stdout.next(`${mark} `, limit), this.#stderr.next(mark, {...limit, maxBytes})])
  }

  #send(line: string): void {
    if (this.#channel.stdin.writable) this.#channel.stdin.write(`${line}\n`)
  }

  #drop(reason: string): void {
    this.#end ??= reason
    this.#channel.destroy()
  }

  #lostError(reason: string): ConnectError {
    return new ConnectError('CONNECTION_LOST', `${formatTarget(this.target)}: the connection ended: ${reason}`)
  }

  #shellFailed(reason: string, load?: LoadSign): ConnectError {
    this.#stdout.abandon()
    this.#stderr.abandon()
    return shellFailed(this.target, {said: [this.#stdout.noise, this.#stderr.noise], reason, load})
  }
}
