/** Whoever shows a console of a classic call: this terminal, or a window that outlives the call. */
import {spawn} from 'node:child_process'
import {closeSync, mkdtempSync, openSync, readSync, rmSync} from 'node:fs'
import {constants, tmpdir} from 'node:os'
import {join} from 'node:path'
import {PreconditionError} from '../../domain/errors.js'
import type {ConsoleClients, ConsoleSeat} from '../../domain/ports/console-client.js'
import type {ClientAsk, WindowConsole} from '../../domain/work/asks.js'
import {onAbort} from '../../lib/deadline.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {isInstalled} from '../../lib/is-installed.js'
import {ignorableSignals, parseSignalList} from '../../lib/signal-list.js'
import {displayLack} from './host-displays.js'
import {loginWords} from './login-words.js'
import {type Terminal, terminals} from './terminals.js'
import {findViewer} from './viewers.js'

/** Those that the original ignored at CLI0: INT, QUIT and TSTP (ctys-QEMU(1)), and HUP (-S of ctys(1)). */
const usuallyIgnored: readonly number[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTSTP'].map(
  (name) => constants.signals[name as NodeJS.Signals],
)

interface ClientsOptions {
  /** Words of ctys itself, in front of a command, and behind it those that say how hosts are reached. */
  readonly self: readonly string[]
  readonly again: readonly string[]
  /** Configuration of ssh(1); absent = its own. */
  readonly sshConfig: string | undefined
  /** Keeps everything else from the terminal meanwhile. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Signals do nothing until what is returned is called. */
  readonly ignore: (names: readonly NodeJS.Signals[]) => () => void
}

/** A window that cannot be opened says so at once. */
const settleMs = 700

export function createConsoleClients({self, again, sshConfig, alone, ignore}: ClientsOptions): ConsoleClients {
  const commandOf = (name: string, {machine, host}: ConsoleSeat, {take}: ClientAsk, ...more: readonly string[]) => [
    ...[...self, name, ...again, ...(take === true ? ['--reconnect'] : []), ...more, machine, host],
  ]
  return {
    lack(type, {display}) {
      if (type === 'CLI0' && signalsOf({}) === undefined) {
        return `CTYS_SIGIGNORESPEC: '${process.env.CTYS_SIGIGNORESPEC}' is not [ON|OFF][,SIGNALS], signals as numbers`
      }
      if (type === 'CLI' || type === 'CLI0') return undefined
      if ((display ?? process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? '') === '') {
        return 'this terminal has no X display (DISPLAY)'
      }
      if (type === 'SDL') return displayLack()
      if (type === 'VNC')
        return findViewer(process.env.CTYS_VNCVIEWER) === undefined ? 'no VNC viewer is installed' : undefined
      return terminalOf(type) === undefined ? `${listed(type)} is not installed` : undefined
    },
    async open(type, seat, ask, signal) {
      if (type === 'CLI') return alone(() => attach(commandOf('console', seat, ask), signal))
      if (type === 'CLI0') {
        const numbers = signalsOf(ask) ?? []
        const words = commandOf('console', seat, ask, '--coupled', `--ignore-signals=${numbers.join(',') || 'off'}`)
        const hear = ignore(ignorableSignals(numbers))
        return alone(() => attach(words, signal)).finally(hear)
      }
      const env = {...process.env, ...(ask.display !== undefined && {DISPLAY: ask.display})}
      // a window of its own QEMU, which is there already (host-displays.ts)
      if (type === 'SDL') return
      if (type === 'VNC') return detach(commandOf('vnc', seat, ask), env)
      const terminal = terminalOf(type)
      if (terminal === undefined) throw failed(`${listed(type)} is not installed`)
      const window = {
        title: escapeControls(`${seat.name} on ${seat.host}`),
        geometry: ask.geometry,
        command: commandOf('console', seat, ask),
        login: loginWords(seat.host, sshConfig),
      }
      return detach([terminal.name, ...terminal.argv(window)], env)
    },
  }
}

/** Undefined where the environment says what is no list. */
function signalsOf({ignoredSignals}: ClientAsk): readonly number[] | undefined {
  if (ignoredSignals !== undefined) return ignoredSignals
  const listed = parseSignalList(process.env.CTYS_SIGIGNORESPEC || 'on')
  return listed === 'usual' ? usuallyIgnored : listed
}

function terminalOf(type: WindowConsole): Terminal | undefined {
  return terminals[type].find(({name}) => isInstalled(name))
}

function listed(type: WindowConsole): string {
  return terminals[type].map(({name}) => name).join(', or ')
}

/** In this terminal, until it is left; with the run it is left too. */
async function attach([file = '', ...words]: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(file, words, {stdio: 'inherit'})
  const forget = onAbort(signal, () => void child.kill('SIGTERM'))
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) => reject(failed(error.message)))
      child.once('exit', (code, by) => {
        if (code === 0) resolve()
        else reject(failed(`its console was ended ${by === null ? `with status ${code}` : `by ${by}`}`))
      })
    })
  } finally {
    forget()
  }
}

/** It goes on when ctys has ended. What it says at its start goes to a file, since nobody reads it later. */
async function detach([file = '', ...words]: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ctys-window-'))
  const said = openSync(join(dir, 'said'), 'w+', 0o600)
  try {
    const child = spawn(file, words, {detached: true, stdio: ['ignore', 'ignore', said], env})
    const why = await new Promise<string | undefined>((resolve) => {
      const settled = setTimeout(() => resolve(undefined), settleMs)
      const end = (text: string | undefined) => {
        clearTimeout(settled)
        resolve(text)
      }
      child.once('error', (error) => end(error.message))
      // a client of a server of windows is done at once
      child.once('exit', (code) => end(code === 0 ? undefined : `ended with status ${code}`))
    })
    child.unref()
    if (why === undefined) return
    const text = Buffer.alloc(300)
    const length = readSync(said, text, 0, text.length, 0)
    throw failed([file, why, ...(length > 0 ? [text.subarray(0, length).toString().trim()] : [])].join(': '))
  } finally {
    closeSync(said)
    rmSync(dir, {recursive: true, force: true})
  }
}

function failed(why: string): PreconditionError {
  return new PreconditionError('COMMAND_FAILED', why)
}
