/**
 * A client of QEMU's human monitor over any stream: alone on its socket (`-monitor unix:`), or sharing it with the
 * guest's console (`-serial mon:unix:`), where an escape character and `c` switch between the two (qemu(1), "Keys in the
 * character backend multiplexer").
 *
 * On a shared socket nothing is typed before the monitor has shown its prompt, so no command ends up in the guest, and
 * the console side is switched back to whatever happens. Which side is on is told by the multiplexer's own help: it
 * comes after everything QEMU says on connecting, and only the monitor says its prompt there. What the guest prints may
 * stand between the lines of an answer.
 */
import type {Duplex} from 'node:stream'
import {ActionError} from '../../../domain/errors.js'
import {withDeadline} from '../../../lib/deadline.js'

export interface HmpOptions {
  /** Limit of each command, and of finding the prompt unless `openMs` says otherwise. */
  readonly deadlineMs: number
  readonly openMs?: number
  readonly signal?: AbortSignal
  /** Code of the escape character of a shared socket; absent = the monitor has the socket for itself. */
  readonly escapeCode?: number
}

export interface HmpClient {
  /** Of the banner, such as `7.2.22`; empty when it was not shown. */
  readonly version: string
  /** What QEMU printed, without echo, prompt and escape sequences. Throws MONITOR_FAILED. */
  command(line: string, deadlineMs?: number): Promise<string>
  isClosed(): boolean
  /** Switches back to the console and ends the connection. Never rejects. */
  close(): Promise<void>
  /** Switches back to the console and leaves the stream to the caller. */
  release(): void
}

const prompt = '(qemu) '
const maxBytes = 1024 * 1024
/** A multiplexer has up to four users; the monitor is one of them. */
const maxSwitches = 4

/** The stream belongs to the client, also when this throws. */
export async function openHmp(stream: Duplex, options: HmpOptions): Promise<HmpClient> {
  const reader = readText(stream)
  const {escapeCode, openMs = options.deadlineMs} = options
  const key = (letter: string) => Buffer.from([escapeCode ?? 1, letter.charCodeAt(0)])
  let switches = 0
  let atMonitor = false
  const until = (ends: (text: string) => boolean, what: string, ms: number) =>
    withDeadline(reader.until(ends), {
      ms,
      signal: options.signal,
      timeout: () => broken(`${what}: no answer within ${ms / 1000} s`),
    })

  const switchBack = () => {
    // to where it was: one step from the monitor, or an even number when the monitor never showed itself
    if (escapeCode !== undefined && !stream.destroyed && (atMonitor || switches % 2 === 1)) stream.write(key('c'))
  }
  const release = () => {
    switchBack()
    stream.pause()
    reader.leave()
  }
  const close = async () => {
    switchBack()
    stream.end()
    await withDeadline(reader.ended, {ms: 500, timeout: () => broken('not closed')}).catch(() => undefined)
    stream.destroy()
  }

  const findMonitor = async () => {
    if (escapeCode === undefined) return until((text) => text.includes(prompt), 'prompt', openMs)
    stream.write(key('h'))
    const help = /switch between console and monitor|switch to monitor/i
    let seen = await until((text) => help.test(text), 'console multiplexer', openMs)
    atMonitor = seen.slice(0, seen.search(help)).includes(prompt)
    while (!atMonitor && switches < maxSwitches) {
      reader.clear()
      switches++
      stream.write(key('c'))
      seen = await until((text) => text.includes(prompt), 'prompt', openMs / maxSwitches).catch((error) => {
        if (switches === maxSwitches) throw error
        return ''
      })
      atMonitor = seen !== ''
    }
    return seen
  }

  const command = async (line: string, deadlineMs = options.deadlineMs) => {
    if (/[\x00-\x1f\x7f]/.test(line)) throw broken('control characters in a monitor command')
    reader.clear()
    stream.write(`${line}\n`)
    const text = await until((seen) => answerOf(seen) !== undefined, line, deadlineMs)
    return answerOf(text) ?? ''
  }

  try {
    const banner = await findMonitor()
    return {
      version: /QEMU (\d+\.\d+(?:\.\d+)?) monitor/.exec(banner)?.[1] ?? '',
      command,
      isClosed: reader.isOver,
      close,
      release,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The lines between the echo of the command and the next prompt; undefined while there is no prompt yet. */
function answerOf(raw: string): string | undefined {
  const text = raw.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '')
  const echoed = text.indexOf('\n')
  const end = text.indexOf(prompt, echoed)
  if (echoed < 0 || end < 0) return undefined
  return Buffer.from(text.slice(echoed + 1, end), 'latin1')
    .toString()
    .replaceAll('\r', '')
    .trimEnd()
}

interface Reader {
  /** Everything since the last `clear`, once `ends` accepts it. Rejects when the stream is over. */
  until(ends: (text: string) => boolean): Promise<string>
  clear(): void
  readonly ended: Promise<void>
  isOver(): boolean
  /** Stops reading. */
  leave(): void
}

function readText(stream: Duplex): Reader {
  let text = ''
  let fault: Error | undefined
  let wake = () => {}
  let ended = () => {}
  const over = new Promise<void>((resolve) => {
    ended = resolve
  })
  const finish = (message: string) => {
    fault ??= broken(message)
    wake()
    ended()
  }
  const onData = (data: Buffer) => {
    text = (text + data.toString('latin1')).slice(-maxBytes)
    wake()
  }
  const onError = (cause: Error) => finish(`the monitor broke off: ${cause.message}`)
  const onEnd = () => finish('the monitor has closed')
  stream.on('data', onData).on('error', onError).on('end', onEnd).on('close', onEnd)
  return {
    until: (ends) =>
      new Promise((resolve, reject) => {
        wake = () => {
          if (ends(text)) resolve(text)
          else if (fault !== undefined) reject(fault)
        }
        wake()
      }),
    clear: () => {
      text = ''
    },
    ended: over,
    isOver: () => fault !== undefined,
    leave: () => void stream.off('data', onData).off('error', onError).off('end', onEnd).off('close', onEnd),
  }
}

function broken(message: string): ActionError {
  return new ActionError('MONITOR_FAILED', message)
}
