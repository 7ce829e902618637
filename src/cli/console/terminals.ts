/** Programs that show a text console in a window, by the console types of the classic call, and how each is called. */
import type {WindowConsole} from '../../domain/work/asks.js'
import {emacsProgram} from './emacs-program.js'

export interface Window {
  /** The machine and its host, without control characters. */
  readonly title: string
  /** As X names it, such as `80x24+10+10`. */
  readonly geometry?: string | undefined
  /** The console, as words of a command. */
  readonly command: readonly string[]
  /** A login on the host of the machine, as words of a command. */
  readonly login: readonly string[]
}

export interface Terminal {
  readonly name: string
  readonly argv: (window: Window) => readonly string[]
}

const given = (option: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`${option}${value}`]

const xterm: Terminal = {
  name: 'xterm',
  argv: ({title, geometry, command}) => [
    ...(geometry === undefined ? [] : ['-geometry', geometry]),
    ...['-T', title, '-n', title, '-e', ...command],
  ],
}

/** gnome-terminal(1) and those that took over its options; `own` keeps the window from a server that needs a D-Bus. */
const gnome = (name: string, rest: '--' | '-x', own: readonly string[] = []): Terminal => ({
  name,
  argv: ({title, geometry, command}) => [
    ...own,
    `--title=${title}`,
    ...given('--geometry=', geometry),
    rest,
    ...command,
  ],
})

/** In emacs: in a buffer of term or shell mode; with `split` a second one beside it, on the host. */
const emacs = (mode: 'shell' | 'term', split: boolean): readonly Terminal[] => [
  {
    name: 'emacs',
    argv: ({title, geometry, command, login}) => [
      ...['--no-splash', '--name', title, '--title', title, ...given('--geometry=', geometry)],
      // the program is a constant; everything behind -- is data that emacs never evaluates
      ...['--eval', emacsProgram, '--', mode, title, String(command.length), ...command, ...(split ? login : [])],
    ],
  },
]

/** The first one that is installed is taken. */
export const terminals: Readonly<Record<WindowConsole, readonly Terminal[]>> = {
  XTERM: [xterm],
  GTERM: [
    gnome('gnome-terminal', '--'),
    gnome('mate-terminal', '-x', ['--disable-factory']),
    gnome('xfce4-terminal', '-x', ['--disable-server']),
  ],
  EMACS: emacs('shell', false),
  EMACSM: emacs('shell', true),
  EMACSA: emacs('term', false),
  EMACSAM: emacs('term', true),
}
