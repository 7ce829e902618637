/**
 * Several consoles in tmux(1): a window or a tile each, with its machine as its name. Within tmux they come into the
 * session that is there; else into one of their own, in which this terminal stays until it is left.
 */
import {spawn, spawnSync} from 'node:child_process'
import {PreconditionError} from '../../domain/errors.js'
import type {ConsoleSeat, ConsoleWindows} from '../../domain/ports/console-client.js'
import {escapeControls} from '../../lib/escape-controls.js'

interface TmuxOptions {
  /** All in one window. */
  readonly tile: boolean
  /** Words of the command that opens a console. */
  readonly argv: (seat: ConsoleSeat) => readonly string[]
}

/** The window of a console that failed stays until what it said was read; that of one that was left closes. */
const readFailed = `"$@" || { printf '\\n[Enter closes this window] '; read -r _; }`

export function createTmuxWindows({tile, argv}: TmuxOptions): ConsoleWindows {
  const commandOf = (seat: ConsoleSeat) => ['sh', '-c', readFailed, 'sh', ...argv(seat)]
  return {
    async open(seats) {
      const [first, ...more] = seats
      if (first === undefined) return
      const isInside = (process.env.TMUX ?? '') !== ''
      refuseWithout(isInside)
      const session = isInside ? undefined : `ctys-${process.pid}`
      const made = isInside
        ? tmux(['new-window', '-P', '-F', format, '-n', titleOf(tile, first), '--', ...commandOf(first)])
        : tmux([
            ...['new-session', '-d', '-P', '-F', format, '-s', session ?? '', '-n', titleOf(tile, first)],
            ...[...sizeOf(), '--', ...commandOf(first)],
          ])
      const [home = '', window = ''] = made.split(' ')
      if (tile) makeTiles(window)
      for (const seat of more) {
        if (tile) {
          tmux(['split-window', '-t', window, '--', ...commandOf(seat)])
          tmux(['select-layout', '-t', window, 'tiled'])
        } else {
          tmux(['new-window', '-d', '-t', `${home}:`, '-n', titleOf(tile, seat), '--', ...commandOf(seat)])
        }
      }
      if (session !== undefined) await attach(session)
    },
  }
}

/** Ids of tmux: they are no names that another one may have. */
const format = '#{session_id} #{window_id}'

function titleOf(tile: boolean, {name}: ConsoleSeat): string {
  // a name is a format to tmux, and a format may call programs
  return tile ? 'ctys' : escapeControls(name).replaceAll('#', '_')
}

function refuseWithout(isInside: boolean): void {
  const found = spawnSync('tmux', ['-V'], {stdio: 'ignore'})
  if (found.error !== undefined) {
    throw new PreconditionError('COMMAND_FAILED', 'several consoles are shown in tmux, and this machine has none', {
      hint: 'install tmux, or open one console at a time: ctys console MACHINE',
    })
  }
  if (isInside || process.stdin.isTTY === true) return
  throw new PreconditionError('COMMAND_FAILED', 'several consoles are shown in tmux, which needs a terminal', {
    hint: 'one console works without one: ctys console MACHINE --send TEXT',
  })
}

/** Of this terminal; a session that nobody has attached yet has none of its own. */
function sizeOf(): readonly string[] {
  const {columns, rows} = process.stdout
  return columns > 0 && rows > 0 ? ['-x', String(columns), '-y', String(rows)] : []
}

/** Every tile says what it shows: the title that its console sets. */
function makeTiles(window: string): void {
  tmux(['set-option', '-w', '-t', window, 'pane-border-status', 'top'])
  tmux(['set-option', '-w', '-t', window, 'pane-border-format', ' #{pane_title} '])
}

function tmux(words: readonly string[]): string {
  // a word that ends so would end the command (tmux(1), COMMAND PARSING AND EXECUTION)
  const plain = words.map((word) => word.replace(/;$/, '\\;'))
  const {status, stdout, stderr, error} = spawnSync('tmux', plain, {encoding: 'utf8'})
  if (status === 0) return stdout.trim()
  throw new PreconditionError('COMMAND_FAILED', `tmux ${words[0]}: ${error?.message ?? stderr.trim()}`)
}

/** Until the person leaves it, or every console is closed; what was detached from stays. */
function attach(session: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('tmux', ['attach-session', '-t', `=${session}`], {stdio: 'inherit'})
    child.once('exit', () => resolve())
    child.once('error', (error) => reject(new PreconditionError('COMMAND_FAILED', `tmux: ${error.message}`)))
  })
}
