import {createWriteStream, type WriteStream} from 'node:fs'
import {escapeControls} from '../../lib/escape-controls.js'

/** Longer lines are cut into several: a guest need not send line ends. */
const maxLine = 4096

/** What a guest prints, line by line with the time each was begun, its control characters escaped. */
export interface ConsoleLog {
  add(chunk: Buffer): void
  close(): Promise<void>
}

/** Appends to the file. Rejects with the system's error when it cannot be opened. */
export async function openConsoleLog(path: string, now: () => Date = () => new Date()): Promise<ConsoleLog> {
  const file = createWriteStream(path, {flags: 'a', mode: 0o600})
  await opened(file)
  const decoder = new TextDecoder()
  let line = ''
  let since: Date | undefined
  const finish = () => {
    if (since !== undefined) file.write(`${since.toISOString()} ${escapeControls(line)}\n`)
    line = ''
    since = undefined
  }
  return {
    add(chunk) {
      for (const part of decoder.decode(chunk, {stream: true}).split(/(\n)/)) {
        if (part === '\n') {
          since ??= now()
          finish()
        } else if (part !== '') {
          since ??= now()
          line += part.replace(/\r$/, '')
          while (line.length > maxLine) {
            const rest = line.slice(maxLine)
            line = line.slice(0, maxLine)
            finish()
            since = now()
            line = rest
          }
        }
      }
    },
    close: () =>
      new Promise((resolve) => {
        finish()
        file.end(() => resolve())
      }),
  }
}

function opened(file: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => file.once('open', () => resolve()).once('error', reject))
}
