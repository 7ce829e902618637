/** What a person asks of ctys at a console by an escape, beside typing into it; told on standard error. */
import {writeFile} from 'node:fs/promises'
import {toErrorInfo} from '../../domain/errors.js'
import type {ConsoleAct, OpenConsole} from '../../domain/ports/console-client.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {fileName} from '../../lib/file-name.js'
import {createMonitorPrompt} from './monitor-prompt.js'

interface Beside {
  /** True when what is typed is not for the guest. */
  takes(chunk: Buffer): boolean
  ask(what: ConsoleAct | 'monitor' | 'picture'): void
}

export function besideConsole(console: OpenConsole, tell: (text: string) => void): Beside {
  let prompt: ReturnType<typeof createMonitorPrompt> | undefined
  const report = (work: Promise<string>) =>
    work.then(tell, (error: unknown) => tell(`(${escapeControls(toErrorInfo(error).message)})`))
  const askMonitor = (line: string | undefined) => {
    prompt = undefined
    if (line !== undefined) void report(console.monitor(line).then(answerText))
  }
  return {
    takes: (chunk) => {
      prompt?.type(chunk)
      return prompt !== undefined
    },
    ask: (what) => {
      if (what === 'monitor') {
        prompt = createMonitorPrompt({write: (text) => void process.stderr.write(text), done: askMonitor})
      } else if (what === 'picture') void report(console.picture().then((png) => keep(console.title, png)))
      else void report(console.act(what).then(() => '(done)'))
    },
  }
}

function answerText(answer: string): string {
  const lines = answer
    .trimEnd()
    .split('\n')
    .map((line) => escapeControls(line.replace(/\r$/, '')))
  return answer.trim() === '' ? '(done)' : lines.join('\r\n')
}

/** In the directory ctys was called in; never over a file that is there. */
async function keep(title: string, png: Buffer): Promise<string> {
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')
  const file = `${fileName(title.replace(/ on .*$/, ''))}-${time}.png`
  await writeFile(file, png, {flag: 'wx', mode: 0o600})
  return `(${file})`
}
