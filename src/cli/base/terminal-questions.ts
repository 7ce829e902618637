import {createInterface} from 'node:readline'
import {Writable} from 'node:stream'
import {escapeControls} from '../../lib/escape-controls.js'

type Ask = (question: string) => Promise<string | undefined>

/**
 * Puts questions on the terminal, such as `passphrase for FILE`; what is typed is not shown. Undefined when the user gives
 * nothing. Who ends the question (Ctrl-D), interrupts it (Ctrl-C) or suspends ctys (Ctrl-Z) is asked nothing more in this
 * run: what would be typed after that may be meant for the shell. On every way out the terminal has its modes back. Only
 * called with a terminal on stdin and stderr.
 */
export function createTerminalQuestions(signal: AbortSignal): Ask {
  let over = false
  return async (question) => {
    if (over || signal.aborted) return undefined
    const answer = await askLine(escapeControls(question), signal)
    if (typeof answer === 'string') return answer === '' ? undefined : answer
    over = true
    return undefined
  }
}

/**
 * A question that is answered by `yes`, which is shown as it is typed; everything else, and whatever ends the question,
 * is no.
 */
export async function askYesNo(question: string, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false
  const lines = question.split('\n').map(escapeControls).join('\n')
  return /^y(es)?$/i.test(((await askLine(lines, signal, process.stderr)) ?? '').trim())
}

/** A question that is answered by a line, which is shown as it is typed; undefined for whatever ends the question. */
export async function askText(question: string, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined
  const lines = question.split('\n').map(escapeControls).join('\n')
  return (await askLine(lines, signal, process.stderr)) ?? undefined
}

/** What ends a process or stops it, beside those that ctys settles itself (src/cli/base/interrupts.ts). */
const leaving = ['SIGTSTP', 'SIGQUIT'] as const

/** The line, or null when there will be none; the question is escaped already, what is typed goes to `output`, by default to nowhere. */
function askLine(
  question: string,
  signal: AbortSignal,
  output: NodeJS.WritableStream = new Writable({write: (_chunk, _encoding, done) => done()}),
): Promise<string | null> {
  // the terminal shows nothing any more before it is told what to type
  const reader = createInterface({input: process.stdin, output, terminal: true})
  process.stderr.write(`${question}: `)
  return new Promise((resolve) => {
    let answered = false
    const finish = (answer: string | null, why = ''): void => {
      if (answered) return
      answered = true
      signal.removeEventListener('abort', onAbort)
      for (const name of leaving) process.off(name, leave)
      process.off('SIGCONT', onContinued)
      reader.close() // takes the terminal out of raw mode
      process.stderr.write(`${why}\n`)
      resolve(answer)
    }
    const onAbort = (): void => finish(null)
    /** As without us: the process stops or ends. After a stop it goes on here, and nobody is asked any more. */
    const leave = (name: NodeJS.Signals): void => {
      finish(null, name === 'SIGTSTP' ? suspended : '')
      process.kill(process.pid, name)
    }
    /** After a SIGSTOP, which cannot be seen. */
    const onContinued = (): void => finish(null, suspended)
    signal.addEventListener('abort', onAbort, {once: true})
    for (const name of leaving) process.on(name, leave)
    process.on('SIGCONT', onContinued)
    reader.on('SIGINT', () => {
      finish(null)
      process.kill(process.pid, 'SIGINT')
    })
    reader.on('SIGTSTP', () => leave('SIGTSTP'))
    reader.on('close', () => finish(null, '(ended: nothing more is asked)'))
    reader.question('', (line) => finish(line))
  })
}

const suspended = '(suspended: nothing more is asked)'
