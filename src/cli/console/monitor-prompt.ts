import {escapeControls} from '../../lib/escape-controls.js'

interface Prompt {
  /** Keys of a terminal in raw mode. */
  type(chunk: Buffer): void
}

interface PromptOptions {
  readonly write: (text: string) => void
  /** What was typed, without its end; undefined when the person wants nothing any more. */
  readonly done: (line: string | undefined) => void
}

const backspace = /[\x7f\b]/
/** Ctrl-C, Ctrl-D, and escape. */
const leaves = /[\x03\x04\x1b]/

/** One line that is typed beside a console: seen as it is typed, with backspace and Ctrl-U. */
export function createMonitorPrompt({write, done}: PromptOptions): Prompt {
  let line = ''
  let isOver = false
  const finish = (text: string | undefined) => {
    isOver = true
    write('\r\n')
    done(text)
  }
  write('\r\n(monitor) ')
  return {
    type(chunk) {
      for (const key of chunk.toString()) {
        if (isOver) return
        if (key === '\r' || key === '\n') finish(line.trim() === '' ? undefined : line)
        else if (leaves.test(key)) finish(undefined)
        else if (backspace.test(key)) {
          if (line !== '') write('\b \b')
          line = line.slice(0, -1)
        } else if (key === '\x15') {
          write('\b \b'.repeat(line.length))
          line = ''
        } else if (key >= ' ') {
          line += key
          write(escapeControls(key))
        }
      }
    },
  }
}
