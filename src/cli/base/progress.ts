/**
 * The live display on stderr while work runs. On a terminal, after 300 ms, one block is repainted at most ten times a
 * second: the answer so far where there is one, `12/32 done, 2 failed`, then a line for each host that is being worked
 * on, the longest-running first, cut to the height of the terminal. Elsewhere it is silent, or with `verbose` prints one line for each event.
 *
 * `stop` clears the block at once, so the report starts on a clean line; it may be called at any time, from a signal
 * handler too, and twice. The cursor is never hidden: nothing has to be restored, however ctys ends.
 */
import {stripVTControlCharacters} from 'node:util'
import type {RunEvent} from '../../domain/ports/ports.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {plural} from '../../lib/plural.js'
import {fitText, padText, textWidth} from '../../lib/text-width.js'

interface ProgressOptions {
  readonly stream: NodeJS.WritableStream & {readonly columns?: number; readonly rows?: number}
  readonly isTTY: boolean
  readonly now: () => Date
  readonly verbose: boolean
}

interface Progress {
  emit(event: RunEvent): void
  /** The answer so far, made when it is painted; only on a terminal. */
  preview(text: () => string): void
  /** A line that stays, above the block. */
  say(text: string): void
  /** Takes the block away while somebody else writes to the terminal, such as a question. */
  pause<T>(work: () => Promise<T>): Promise<T>
  stop(): void
}

export function createProgress(options: ProgressOptions): Progress {
  if (options.isTTY) return createLiveDisplay(options)
  let stopped = false
  return {
    emit(event) {
      if (options.verbose && !stopped) options.stream.write(`${escapeControls(eventLine(event))}\n`)
    },
    preview() {},
    say(text) {
      options.stream.write(`${escapeControls(text)}\n`)
    },
    pause: (work) => work(),
    stop() {
      stopped = true
    },
  }
}

const startMs = 300
const paintMs = 100
const maxLines = 12

/** The three things used of log-update, which is loaded only when there is something to paint. */
type Painter = ((text: string) => void) & {clear(): void; done(): void}

function createLiveDisplay({stream, now}: ProgressOptions): Progress {
  const board = createBoard()
  let painter: Painter | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let paused = 0
  let answer: () => string = () => ''

  const paint = () => {
    if (paused > 0) return
    // a terminal that does not know its size says 0
    const size = {columns: stream.columns || 80, rows: stream.rows || 24}
    const lines = board.lines(now().getTime(), size)
    const room = {columns: size.columns, rows: size.rows - 1 - lines.length}
    painter?.([...answerLines(answer(), room), ...lines].join('\n'))
  }
  const start = async () => {
    const {createLogUpdate} = await import('log-update')
    if (stopped) return
    painter = createLogUpdate(stream, {showCursor: true})
    paint()
    timer = setInterval(paint, paintMs).unref()
  }
  return {
    emit(event) {
      if (stopped) return
      board.note(event, now().getTime())
      // without its display the work goes on: a package that cannot be loaded is no reason to fail
      timer ??= setTimeout(() => void start().catch(() => undefined), startMs).unref()
    },
    preview(text) {
      answer = text
    },
    say(text) {
      painter?.clear()
      stream.write(`${escapeControls(text)}\n`)
    },
    async pause(work) {
      paused += 1
      painter?.clear()
      try {
        return await work()
      } finally {
        paused -= 1
      }
    },
    stop() {
      stopped = true
      clearTimeout(timer)
      painter?.clear()
      painter?.done()
      painter = undefined
    },
  }
}

/** As many lines of the answer as there is room for, without colours: they are cut to the width. */
function answerLines(
  text: string,
  {columns, rows}: {readonly columns: number; readonly rows: number},
): readonly string[] {
  const lines = stripVTControlCharacters(text).split('\n').slice(0, -1)
  const shown = lines.length <= rows ? lines : lines.slice(0, Math.max(0, rows - 1))
  const more = lines.length - shown.length
  const told = more > 0 && rows > 0 ? [...shown, `… and ${plural(more, 'more line')}`] : shown
  return told.map((line) => fitText(line, columns - 1))
}

interface Task {
  readonly host: string
  readonly phase: string
  readonly note: string
  readonly since: number | undefined
}

interface Board {
  note(event: RunEvent, time: number): void
  lines(time: number, size: {readonly columns: number; readonly rows: number}): readonly string[]
}

/** What is known of the run, and how it looks. */
function createBoard(): Board {
  const pending = new Map<string, Task>()
  let done = 0
  let failed = 0
  return {
    note(event, time) {
      const task = pending.get(event.taskId) ?? {host: event.host, phase: 'queued', note: '', since: undefined}
      if (event.type === 'done') {
        pending.delete(event.taskId)
        done += 1
        if (event.status === 'failed' || event.status === 'unknown') failed += 1
      } else if (event.type === 'changing') {
        return
      } else if (event.type === 'note') {
        pending.set(event.taskId, {...task, note: event.text})
      } else {
        const since = event.type === 'queued' ? undefined : (task.since ?? time)
        pending.set(event.taskId, {...task, phase: event.type, note: '', since})
      }
    },
    lines(time, {columns, rows}) {
      const head = `${done}/${done + pending.size} done${failed > 0 ? `, ${failed} failed` : ''}`
      const active = [...pending.values()]
        .filter((task): task is Task & {since: number} => task.since !== undefined)
        .sort((a, b) => a.since - b.since)
      const room = Math.max(0, Math.min(maxLines, rows - 1) - 2)
      const shown = active.slice(0, room)
      const more = pending.size - shown.length
      const hostWidth = Math.min(24, Math.max(0, ...shown.map(({host}) => textWidth(escapeControls(host)))))
      return [
        head,
        ...shown.map((task) => taskLine(task, time, hostWidth)),
        ...(more > 0 ? [`… and ${more} more`] : []),
      ]
        .slice(0, Math.max(1, rows - 1))
        .map((line) => fitText(line, columns - 1))
    },
  }
}

function taskLine({host, phase, note, since}: Task, time: number, hostWidth: number): string {
  const name = padText(fitText(escapeControls(host), hostWidth), hostWidth)
  const seconds = Math.max(0, Math.floor((time - (since ?? time)) / 1000))
  return `  ${name}  ${padText(`${seconds} s`, 5)}  ${phase}${note === '' ? '' : `: ${escapeControls(note)}`}`
}

function eventLine(event: RunEvent): string {
  switch (event.type) {
    case 'note':
      return `${event.host}: ${event.text}`
    case 'changing':
      return `${event.host}: from now on ${event.what}`
    case 'done':
      return `${event.host}: done: ${event.status}`
    default:
      return `${event.host}: ${event.type}`
  }
}
