/** How a machine that was started can be looked at: what its command line prepared. */
import type {CreateData} from '../../../domain/work/answers.js'
import {findConsoles} from '../process/consoles.js'
import type {QemuProcess} from '../process/processes.js'

export function waysOf(process: QemuProcess): Pick<CreateData, 'ways'> {
  const hasConsole = findConsoles(process.commandLine.options).length > 0
  return {ways: [...(hasConsole ? (['console'] as const) : []), ...(hasVncOption(process) ? (['vnc'] as const) : [])]}
}

export function hasVncOption({commandLine}: QemuProcess): boolean {
  return commandLine.options.some(
    ({name, value}) => (name === 'vnc' && value !== 'none') || (name === 'display' && /^vnc[=,]/.test(value)),
  )
}
