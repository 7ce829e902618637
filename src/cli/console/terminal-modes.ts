import {spawnSync} from 'node:child_process'
import {escapeControls} from '../../lib/escape-controls.js'

/** Every key goes through as it is, and the window says what it shows. `raw` false: it is no terminal. */
export function enterTerminal(raw: boolean, title: string): void {
  if (!raw) return
  process.stdin.setRawMode(true)
  // node leaves the line ends of the output to be changed; the guest writes its own
  spawnSync('stty', ['-opost'], {stdio: ['inherit', 'ignore', 'ignore']})
  // xterm: keep the title of the window, then set it
  if (process.stdout.isTTY && process.env.TERM !== 'dumb') {
    process.stdout.write(`\x1b[22;0t\x1b]0;${escapeControls(title)}\x07`)
  }
}

/** Also what the guest may have left behind: colours, a hidden cursor, keypad and mouse modes. */
export function leaveTerminal(raw: boolean): void {
  if (!raw) return
  process.stdin.setRawMode(false)
  if (process.stdout.isTTY && process.env.TERM !== 'dumb') {
    process.stdout.write(
      '\x1b[0m\x1b[?25h\x1b[?1l\x1b>\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[23;0t',
    )
  }
  process.stderr.write('\n')
}
