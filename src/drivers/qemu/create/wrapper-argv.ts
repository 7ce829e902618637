/** The options a wrapper script is called with (its classic interface); the display is added where it was picked. */
import type {CreateAsk} from '../../../domain/work/asks.js'
import {argumentsOf} from './saved.js'

export function wrapperOptions(action: CreateAsk): string[] {
  const {console: consoleType, bootMode, instMode} = action
  const argsAdd = argumentsOf(action)
  return [
    `--console=${consoleType}`,
    ...(bootMode === undefined ? [] : [`--bootmode=${bootMode}`]),
    ...(instMode === undefined ? [] : [instMode === '' ? '--instmode' : `--instmode=${instMode}`]),
    ...(argsAdd === undefined ? [] : [`--argsadd=${argsAdd}`]),
  ]
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
