/**
 * A real terminal for ctys: script(1) of util-linux makes the pty, what is written here is typed there. The shell
 * between them only notes the terminal's modes before and after, and survives Ctrl-C to do so.
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {shellQuote, shellQuoteAll} from '../../src/lib/shell-quote.js'
import type {Lab} from '../lab/lab.js'
import {ctysFile} from './run-ctys.js'

export interface TerminalOptions {
  /** Default 100; 0 as on a serial line. */
  readonly columns?: number
  readonly rows?: number
  readonly env?: NodeJS.ProcessEnv
  /** The shell has job control: when ctys was stopped it says STOPPED with the modes then, and takes it up again. */
  readonly jobControl?: boolean
}

export interface TerminalEnd {
  /** As a shell sees it: 128 + signal number when a signal ended ctys. */
  readonly code: number
  /** Everything the terminal got. */
  readonly output: string
  /** The modes of stty(1) -g. */
  readonly before: string
  readonly after: string
}

export interface Terminal {
  type(text: string): void
  output(): string
  /** Resolves when the pattern stands in the output; throws after `timeoutMs`, default 15 s. */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<void>
  readonly end: Promise<TerminalEnd>
}

export const ctrlC = '\x03'
export const ctrlD = '\x04'
export const ctrlZ = '\x1a'

/** Runs the built ctys on a terminal of the lab's controller side. It is ended after a minute. */
export function ctysOnTerminal(lab: Lab, argv: readonly string[], options: TerminalOptions = {}): Terminal {
  const {columns = 100, rows = 30, jobControl = false} = options
  const dir = mkdtempSync(join(tmpdir(), 'ctys-terminal-'))
  const [before, after] = [join(dir, 'before'), join(dir, 'after')]
  const command = [
    `stty rows ${rows} cols ${columns}`,
    `stty -g >${shellQuote(before)}`,
    jobControl ? 'set -m' : 'trap : INT',
    shellQuoteAll([process.execPath, ctysFile, ...argv]),
    's=$?',
    // 128 and SIGTSTP
    ...(jobControl ? ['[ $s -ne 148 ] || { echo "STOPPED $(stty -g)"; fg; s=$?; }'] : []),
    `stty -g >${shellQuote(after)}`,
    'exit $s',
  ].join('; ')
  const child = lab.spawnCtl(['script', '-qefc', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: lab.ctlEnv({TERM: 'xterm', SHELL: '/bin/sh', NODE_ENV: 'production', ...options.env}),
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
  })
  child.stdin?.on('error', () => {}) // typed too late
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000)
  const end = new Promise<TerminalEnd>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(limit)
      const read = (file: string): string => {
        try {
          return readFileSync(file, 'utf8').trim()
        } catch {
          return 'never reached'
        }
      }
      resolve({code: code ?? -1, output, before: read(before), after: read(after)})
      rmSync(dir, {recursive: true, force: true})
    })
  })
  return {
    type: (text) => void child.stdin?.write(text),
    output: () => output,
    end,
    async waitFor(pattern, timeoutMs = 15_000) {
      const last = Date.now() + timeoutMs
      while (!pattern.test(output)) {
        if (Date.now() > last || child.exitCode !== null)
          throw new Error(`${pattern} is not on the terminal: ${JSON.stringify(output)}`)
        await sleep(20)
      }
    },
  }
}
