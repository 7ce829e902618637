/**
 * This side of a console: a terminal in raw mode, or a pipe. What the guest prints goes to standard output as it is, what is
 * typed goes to the guest but for the escapes; whatever is told beside it goes to standard error. On every way out the
 * terminal has its modes back.
 */
import {ActionError, toErrorInfo} from '../../domain/errors.js'
import type {ConsoleClient, ConsoleLeft, OpenConsole} from '../../domain/ports/console-client.js'
import type {ConsoleEnd} from '../../domain/work/console-answers.js'
import {onAbort} from '../../lib/deadline.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {besideConsole} from './beside-console.js'
import {type CatchUp, createCatchUp} from './catch-up.js'
import type {ConsoleLog} from './console-log.js'
import {createEscapes, escapeHelp, type Typed} from './escapes.js'
import {enterTerminal, leaveTerminal} from './terminal-modes.js'

export interface Script {
  /** Typed once the console is open. */
  readonly send: string
  /** What to wait for; absent: it leaves once all was sent. */
  readonly expect?: RegExp
  readonly timeoutMs: number
}

interface ClientOptions {
  /** Escape character; undefined = none. */
  readonly character: string | undefined
  /** Tells the guest the size of the terminal by stty(1). */
  readonly resize: boolean
  /** It may be joined again, and shows then what came meanwhile. */
  readonly returns: boolean
  readonly log?: ConsoleLog
  readonly script?: Script
  /** Keeps everything else from the terminal meanwhile. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

/** What a pattern may look back on. */
const memory = 64 * 1024
/** Of what came while the log was read, before the guest has to wait. */
const mostHeld = 1024 * 1024
/** After the end of piped input: how long the guest may be quiet before ctys leaves. */
const quietMs = 1_000

export function createConsoleClient(options: ClientOptions): ConsoleClient {
  const catchUp = options.returns ? createCatchUp() : undefined
  return {join: (console, signal) => options.alone(() => join(console, signal, {...options, catchUp}))}
}

function join(
  console: OpenConsole,
  signal: AbortSignal,
  {catchUp, ...options}: ClientOptions & {readonly catchUp: CatchUp | undefined},
): Promise<ConsoleLeft> {
  const {stdin, stdout} = process
  const {stream, title, readOnly} = console
  const {character, log, script} = options
  const isTyped = script === undefined
  const raw = isTyped && stdin.isTTY === true
  const tell = (text: string) => process.stderr.write(`${raw ? '\r' : ''}${text}${raw ? '\r\n' : '\n'}`)
  const readEscapes = createEscapes(raw ? character : undefined)
  const beside = besideConsole(console, tell)
  let seen = ''
  // until it is known what of the stream was shown before
  let held: Buffer[] | undefined = catchUp === undefined ? undefined : []
  let heldBytes = 0
  let toSkip = 0

  return new Promise((resolve, reject) => {
    let quiet: NodeJS.Timeout | undefined
    let limit: NodeJS.Timeout | undefined
    let isOver = false
    let isLineBegun = false
    const finish = (ended: ConsoleEnd | 'late', by = '') => {
      if (isOver) return
      isOver = true
      clearTimeout(quiet)
      clearTimeout(limit)
      forget()
      stdin.off('data', onInput).off('end', onInputEnd).off('error', onInputEnd)
      stdout.off('resize', tellSize).off('error', onOutputError).off('drain', resume)
      process.off('SIGCONT', onContinued)
      stream.off('data', onData).off('end', onClosed).off('close', onClosed)
      if (isTyped) stdin.pause()
      leaveTerminal(raw)
      // what is said of it begins a line
      if (!raw && isLineBegun) process.stderr.write('\n')
      const unseen = signal.aborted || script?.expect === undefined ? undefined : notSeen(title, script, {ended, by})
      if (unseen !== undefined) reject(unseen)
      else resolve({ended: ended === 'late' ? 'detached' : ended, ...(ended === 'taken' && {by})})
    }
    const resume = () => void stream.resume()
    const show = (chunk: Buffer) => {
      log?.add(chunk)
      isLineBegun = chunk.at(-1) !== 10
      const isTaken = stdout.write(chunk)
      quiet?.refresh()
      if (script?.expect === undefined) return isTaken
      seen = (seen + chunk.toString('latin1')).slice(-memory)
      if (script.expect.test(Buffer.from(seen, 'latin1').toString())) finish('matched')
      return isTaken
    }
    const onData = (chunk: Buffer) => {
      catchUp?.came(chunk)
      if (held !== undefined) {
        held.push(chunk)
        heldBytes += chunk.length
        if (heldBytes > mostHeld) stream.pause()
        return
      }
      const rest = chunk.subarray(toSkip)
      toSkip -= chunk.length - rest.length
      if (rest.length > 0 && !show(rest)) stream.pause()
    }
    const release = (skip: number) => {
      const bytes = Buffer.concat(held ?? [])
      held = undefined
      toSkip = Math.max(0, skip - bytes.length)
      if (bytes.length > skip) show(bytes.subarray(skip))
      resume()
    }
    const onMissed = (chunk: Buffer) =>
      new Promise<void>((done) => {
        if (isOver || show(chunk)) done()
        else stdout.once('drain', done)
      })
    const onClosed = () => finish('closed')
    const onOutputError = () => finish('detached')
    const send = (bytes: Buffer) => {
      if (readOnly !== undefined || stream.write(bytes)) return
      stdin.pause()
      stream.once('drain', () => {
        if (!isOver) stdin.resume()
      })
    }
    const carryOut = (typed: Typed) => {
      if ('bytes' in typed) return send(typed.bytes)
      switch (typed.command) {
        case 'leave':
          return finish('detached')
        case 'help':
          return tell(escapeHelp(character ?? ''))
        case 'suspend':
          leaveTerminal(raw)
          return process.kill(process.pid, 'SIGTSTP')
        default:
          beside.ask(typed.command)
      }
    }
    const onInput = (chunk: Buffer) => {
      if (beside.takes(chunk)) return
      for (const typed of readEscapes(chunk)) if (!isOver) carryOut(typed)
    }
    const onInputEnd = () => {
      quiet = setTimeout(() => finish('detached'), quietMs)
    }
    const onContinued = () => enterTerminal(raw, title)
    const tellSize = () => {
      const {columns, rows} = stdout
      if (columns > 0 && rows > 0) send(Buffer.from(`stty rows ${rows} cols ${columns}\r`))
    }
    const forget = onAbort(signal, () => finish('detached'))

    enterTerminal(raw, title)
    const how = console.coupled ? 'leave it, and end the machine,' : 'leave'
    const way = raw && character !== undefined ? `; ${how} with Enter ${character} .  (${character}? for more)` : ''
    tell(
      `${escapeControls(title)}: its console${way}${readOnly === undefined ? '' : `; nothing is typed: ${readOnly}`}`,
    )
    stream.on('data', onData).on('end', onClosed).on('close', onClosed)
    stdout.on('error', onOutputError).on('drain', resume)
    void console.wanted?.then((by) => finish('taken', by))
    catchUp?.begin(console.record, onMissed).then(
      ({missed, skip}) => {
        if (missed === 'unknown') tell('(what it printed meanwhile is not known: QEMU keeps no log of this console)')
        if (!isOver) release(skip)
      },
      (error: unknown) => {
        tell(`(what it printed meanwhile cannot be read: ${escapeControls(toErrorInfo(error).message)})`)
        if (!isOver) release(0)
      },
    )
    if (isTyped) {
      stdin.on('data', onInput).on('end', onInputEnd).on('error', onInputEnd)
      stdin.resume()
      process.on('SIGCONT', onContinued)
      if (options.resize && stdout.isTTY) {
        tellSize()
        stdout.on('resize', tellSize)
      }
    } else {
      const {expect, timeoutMs} = script
      limit = setTimeout(() => finish('late'), timeoutMs)
      stream.write(script.send, () => {
        if (expect === undefined) finish('detached')
      })
    }
  })
}

/** What a script waits for has come, or it has not. */
function notSeen(
  title: string,
  {expect, timeoutMs}: Script,
  {ended, by}: {readonly ended: ConsoleEnd | 'late'; readonly by: string},
): ActionError | undefined {
  if (ended === 'matched') return undefined
  const why = {
    late: `within ${timeoutMs / 1000} s`,
    closed: 'before the console was closed',
    taken: `before ${by || 'another ctys'} took the console`,
    detached: 'before it was left',
  }[ended]
  return new ActionError('NOT_SEEN', `${title}: its console did not print ${String(expect)} ${why}`, {
    hint: 'see what it prints: ctys console MACHINE --watch, or longer with --timeout',
  })
}
