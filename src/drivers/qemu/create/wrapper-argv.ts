/** The options a wrapper script is called with (its classic interface); the display is added where it was picked. */
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {ConsoleType, CreateAsk} from '../../../domain/work/asks.js'
import {argumentsOf} from './saved.js'

export function wrapperOptions(action: CreateAsk): string[] {
  const {console: consoleType, bootMode, instMode} = action
  // CLI0 of a wrapper is a QEMU on its own terminal, where nobody could prove or free it
  const shown = consoleType === 'CLI0' ? 'CLI' : consoleType
  const argsAdd = argumentsOf(action)
  return [
    `--console=${shown}`,
    ...(bootMode === undefined ? [] : [`--bootmode=${bootMode}`]),
    ...(instMode === undefined ? [] : [instMode === '' ? '--instmode' : `--instmode=${instMode}`]),
    ...(argsAdd === undefined ? [] : [`--argsadd=${argsAdd}`]),
  ]
}

/** Text consoles and none are told as they are; what would be shown on the host itself is a VNC display. */
const prepared: readonly ConsoleType[] = ['NONE', 'CLI', 'XTERM', 'GTERM', 'EMACS', 'EMACSM', 'EMACSA', 'EMACSAM']

/** With the console that its wrapper is to prepare where none was asked for: DEFAULTCONSOLE, else VNC. */
export function withPrepared(action: CreateAsk, {interfaces}: EnumeratedMachine): CreateAsk {
  if (!action.prepares) return action
  const named = (interfaces[0]?.defaultConsole ?? '').toUpperCase().replace(/^CLI0$/, 'CLI')
  return {...action, console: prepared.find((console) => console === named) ?? 'VNC'}
}

/** The call as a user would make it. `vncDisplay`: the one the machine got, or empty. */
export function wrapperCall(wrapper: string, action: CreateAsk, vncDisplay: string): readonly string[] {
  const wanted = wantedDisplay(action)
  const display = wanted === 'auto' ? vncDisplay : wanted
  return [wrapper, ...wrapperOptions(action), ...(display === '' ? [] : [`--vncaccessdisplay=${display}`])]
}

/** Which VNC display the start asks for: none, a number, or `auto`. A console that is not VNC gets one when asked. */
export function wantedDisplay(action: CreateAsk): string {
  if (action.vncDisplay !== undefined) return String(action.vncDisplay)
  return action.console === 'VNC' ? 'auto' : ''
}
