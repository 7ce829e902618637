import {Writable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect, test, vi} from 'vitest'
import {createProgress} from '../../../src/cli/base/progress.js'
import type {RunEvent} from '../../../src/domain/ports/ports.js'

/** A terminal that understands what a repainted block is made of; anything else is a fault. */
class Terminal extends Writable {
  readonly isTTY = true
  raw = ''
  readonly writes: number[] = []
  private readonly screen: string[] = ['']
  private row = 0
  private column = 0

  constructor(
    readonly columns = 80,
    readonly rows = 24,
  ) {
    super({decodeStrings: false})
  }

  override _write(chunk: string, _encoding: string, done: () => void): void {
    this.raw += chunk
    this.writes.push(performance.now())
    for (const [token, count = '1', command = ''] of chunk.matchAll(/\x1b\[\??(\d*)([A-Za-z])|[\s\S]/gu)) {
      if (token.startsWith('\x1b')) this.obey(Number(count || '1'), command, token)
      else if (token === '\n') this.down()
      else if (token === '\r') this.column = 0
      else this.put(token)
    }
    done()
  }

  /** What is to be seen. */
  get text(): string {
    return this.screen.map((line) => line.trimEnd()).join('\n')
  }

  private obey(count: number, command: string, token: string): void {
    if (command === 'A') this.row = Math.max(0, this.row - count)
    else if (command === 'B') this.row = Math.min(this.screen.length - 1, this.row + count)
    else if (command === 'G') this.column = 0
    else if (command === 'K') this.screen[this.row] = count === 2 ? '' : this.line.slice(0, this.column)
    else if (!token.startsWith('\x1b[?2026')) throw new Error(`the terminal does not know ${JSON.stringify(token)}`)
  }

  private down(): void {
    this.row += 1
    this.column = 0
    this.screen[this.row] ??= ''
  }

  private put(char: string): void {
    const padded = this.line.padEnd(this.column)
    this.screen[this.row] = padded.slice(0, this.column) + char + padded.slice(this.column + 1)
    this.column += 1
  }

  private get line(): string {
    return this.screen[this.row] ?? ''
  }
}

/** A display on a terminal, with a clock that is set by hand. */
function live(terminal = new Terminal()) {
  let time = 0
  const progress = createProgress({stream: terminal, isTTY: true, now: () => new Date(time), verbose: false})
  const begin = (taskId: string, host = `h${taskId}`) => {
    progress.emit({type: 'queued', taskId, host})
    progress.emit({type: 'connecting', taskId, host})
  }
  const setTime = (ms: number) => {
    time = ms
  }
  return {terminal, progress, begin, setTime}
}

/** Longer than the display takes to come up, for what must not happen. */
const painted = () => sleep(550)

/** Waits for what must happen, however busy the machine is. */
const eventually = (check: () => void) => vi.waitFor(check, {timeout: 5000, interval: 20})

test.concurrent('work that ends within 300 ms shows nothing', async () => {
  const {terminal, progress, begin} = live()
  begin('1')
  await sleep(150)
  progress.emit({type: 'done', taskId: '1', host: 'h1', status: 'ok'})
  progress.stop()
  await painted()
  expect(terminal.raw).toBe('')
})

test.concurrent('longer work shows the counts, the hosts with phase, note and time, and the clean line after stop', async () => {
  const {terminal, progress, begin, setTime} = live()
  terminal.write('$ ctys\n')
  for (const taskId of ['1', '2', '3', '4']) begin(taskId)
  progress.emit({type: 'queued', taskId: '5', host: 'h5'})
  progress.emit({type: 'running', taskId: '2', host: 'h2'})
  progress.emit({type: 'note', taskId: '2', host: 'h2', text: 'power button, 114 s left'})
  progress.emit({type: 'done', taskId: '3', host: 'h3', status: 'failed'})
  progress.emit({type: 'done', taskId: '4', host: 'h4', status: 'ok'})
  setTime(12_300)
  const expected = [
    '$ ctys',
    '2/5 done, 1 failed',
    '  h1  12 s   connecting',
    '  h2  12 s   running: power button, 114 s left',
    '… and 1 more',
    '',
  ]
  await eventually(() => expect(terminal.text).toBe(expected.join('\n')))
  progress.stop()
  terminal.write('the report\n')
  expect(terminal.text.trimEnd()).toBe('$ ctys\nthe report')
})

test.concurrent('the display follows the work, and is gone after a second stop too', async () => {
  const {terminal, progress, begin, setTime} = live()
  begin('1')
  await eventually(() => expect(terminal.text).toBe('0/1 done\n  h1  0 s    connecting\n'))
  progress.emit({type: 'running', taskId: '1', host: 'h1'})
  setTime(61_000)
  await eventually(() => expect(terminal.text).toBe('0/1 done\n  h1  61 s   running\n'))
  progress.stop()
  progress.stop()
  progress.emit({type: 'note', taskId: '1', host: 'h1', text: 'late'})
  await painted()
  expect(terminal.text.trim()).toBe('')
})

test.concurrent('a stop while the display is being loaded leaves the screen alone', async () => {
  const {terminal, progress, begin} = live()
  begin('1')
  await sleep(301)
  progress.stop()
  const written = terminal.raw
  await painted()
  expect(terminal.raw).toBe(written)
  expect(terminal.text.trim()).toBe('')
})

test.concurrent('many hosts stay within the height and width of the terminal, and the cursor is never hidden', async () => {
  const {terminal, progress, begin} = live(new Terminal(30, 8))
  for (let i = 1; i <= 32; i++) begin(String(i), `worker-${i}-with-a-long-name.example.org`)
  await eventually(() => expect(terminal.text).not.toBe(''))
  const lines = terminal.text.trimEnd().split('\n')
  expect(lines).toHaveLength(7)
  expect(lines[0]).toBe('0/32 done')
  expect(lines.at(-1)).toBe('… and 27 more')
  for (const line of lines) expect(line.length).toBeLessThan(30)
  progress.stop()
  expect(terminal.raw).not.toContain('\x1b[?25l')
})

test.concurrent('a busy run is painted at most ten times a second', async () => {
  const {terminal, progress, begin} = live()
  begin('1')
  const started = performance.now()
  while (performance.now() - started < 1300) {
    progress.emit({type: 'note', taskId: '1', host: 'h1', text: `step ${performance.now()}`})
    await sleep(5)
  }
  progress.stop()
  expect(terminal.writes.length).toBeGreaterThan(2)
  expect(terminal.writes.length).toBeLessThanOrEqual(12)
})

test.concurrent('names and notes of hosts cannot command the terminal', async () => {
  const {terminal, progress, begin} = live()
  begin('1', 'h\x1b[2J\n')
  progress.emit({type: 'note', taskId: '1', host: 'h', text: '\r\u202egone'})
  await eventually(() => expect(terminal.text).not.toBe(''))
  expect(terminal.text).toContain('h\\x1b[2J\\n')
  expect(terminal.text).toContain('\\r\\u202egone')
  progress.stop()
})

const events: readonly RunEvent[] = [
  {type: 'queued', taskId: '1', host: 'h1'},
  {type: 'connecting', taskId: '1', host: 'h1'},
  {type: 'running', taskId: '1', host: 'h1'},
  {type: 'note', taskId: '1', host: 'h1', text: 'power\nbutton'},
  {type: 'done', taskId: '1', host: 'h1', status: 'ok'},
]

test.concurrent.each([
  [false, ''],
  [true, 'h1: queued\nh1: connecting\nh1: running\nh1: power\\nbutton\nh1: done: ok\n'],
])('where there is no terminal, verbose %s prints %j', async (verbose, expected) => {
  const stream = new Terminal()
  const progress = createProgress({stream, isTTY: false, now: () => new Date(), verbose})
  for (const event of events) progress.emit(event)
  progress.stop()
  progress.emit({type: 'done', taskId: '2', host: 'h2', status: 'ok'})
  await painted()
  expect(stream.raw).toBe(expected)
})
