/**
 * This side of a console: a terminal in raw mode, or a pipe. What the guest prints goes to standard output as it is, what is
 * typed goes to the guest but for the escapes; whatever is told beside it goes to standard error. On every way out the
 * terminal has its modes back.
 */

import {spawnSync} from 'node:child_process'
import {toErrorInfo} from '../../domain/errors.js'
import type {ConsoleClient, OpenConsole} from '../../domain/ports/console-client.js'
import type {ConsoleEnd} from '../../domain/work/console-answers.js'
import {onAbort} from '../../lib/deadline.js'
import {escapeControls} from '../../lib/escape-controls.js'
import type {ConsoleLog} from './console-log.js'
import {createEscapes, escapeHelp, type Typed} from './escapes.js'

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
  readonly log?: ConsoleLog
  readonly script?: Script
  /** Keeps everything else from the terminal meanwhile. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

/** What a pattern may look back on. */
const memory = 64 * 1024
/** After the end of piped input: how long the guest may be quiet before ctys leaves. */
const quietMs = 1_000

export function createConsoleClient(options: ClientOptions): ConsoleClient {
  return {join: (console, signal) => options.alone(() => join(console, signal, options))}
}

function join(console: OpenConsole, signal: AbortSignal, options: ClientOptions): Promise<ConsoleEnd> {
  const {stdin, stdout} = process
  const {stream, title, readOnly} = console
  const {character, log, script} = options
  const isTyped = script === undefined
  const raw = isTyped && stdin.isTTY === true
  const tell = (text: string) => process.stderr.write(`${raw ? '\r' : ''}${text}${raw ? '\r\n' : '\n'}`)
  const readEscapes = createEscapes(raw ? character : undefined)
  let seen = ''

  return new Promise((resolve) => {
    let quiet: NodeJS.Timeout | undefined
    let limit: NodeJS.Timeout | undefined
    let isOver = false
    const finish = (end: ConsoleEnd) => {
      if (isOver) return
      isOver = true
      clearTimeout(quiet)
      clearTimeout(limit)
      forget()
      stdin.off('data', onInput).off('end', onInputEnd)
      stdout.off('resize', tellSize).off('error', onOutputError).off('drain', resume)
      process.off('SIGCONT', onContinued)
      stream.off('data', onData).off('end', onClosed).off('close', onClosed)
      if (isTyped) stdin.pause()
      leaveTerminal(raw)
      // what a script waits for has come, or it has not
      resolve(script?.expect === undefined || end === 'matched' ? end : 'unmatched')
    }
    const resume = () => void stream.resume()
    const onData = (chunk: Buffer) => {
      log?.add(chunk)
      if (!stdout.write(chunk)) stream.pause()
      quiet?.refresh()
      if (script?.expect === undefined) return
      seen = (seen + chunk.toString('latin1')).slice(-memory)
      if (script.expect.test(Buffer.from(seen, 'latin1').toString())) finish('matched')
    }
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
          console.act(typed.command).then(
            () => tell('(done)'),
            (error: unknown) => tell(`(${escapeControls(toErrorInfo(error).message)})`),
          )
      }
    }
    const onInput = (chunk: Buffer) => {
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
    const way = raw && character !== undefined ? `; leave with Enter ${character} .  (${character}? for more)` : ''
    tell(
      `${escapeControls(title)}: its console${way}${readOnly === undefined ? '' : `; nothing is typed: ${readOnly}`}`,
    )
    stream.on('data', onData).on('end', onClosed).on('close', onClosed)
    stdout.on('error', onOutputError).on('drain', resume)
    if (isTyped) {
      stdin.on('data', onInput).on('end', onInputEnd)
      stdin.resume()
      process.on('SIGCONT', onContinued)
      if (options.resize && stdout.isTTY) {
        tellSize()
        stdout.on('resize', tellSize)
      }
    } else {
      const {expect, timeoutMs} = script
      limit = setTimeout(() => finish('unmatched'), timeoutMs)
      stream.write(script.send, () => {
        if (expect === undefined) finish('detached')
      })
    }
  })
}

function enterTerminal(raw: boolean, title: string): void {
  if (!raw) return
  process.stdin.setRawMode(true)
  // node leaves the line ends of the output to be changed; the guest writes its own
  spawnSync('stty', ['-opost'], {stdio: ['inherit', 'ignore', 'ignore']})
  // xterm: keep the title of the window, then set it
  if (process.stdout.isTTY && process.env.TERM !== 'dumb') {
    process.stdout.write(`\x1b[22;0t\x1b]0;${escapeControls(title)}\x07`)
  }
}

/** Also what the guest may have left behind: colours, a hidden cursor, keypad and mouse modes. */
function leaveTerminal(raw: boolean): void {
  if (!raw) return
  process.stdin.setRawMode(false)
  if (process.stdout.isTTY && process.env.TERM !== 'dumb') {
    process.stdout.write(
      '\x1b[0m\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[23;0t',
    )
  }
  process.stderr.write('\n')
}
