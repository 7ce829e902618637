/** How a machine that was started can be looked at: what its command line prepared. */
import type {CreateData} from '../../../domain/work/answers.js'
import {splitOptions} from '../process/command-line-options.js'
import {findConsoles} from '../process/consoles.js'
import type {QemuProcess} from '../process/processes.js'

export function waysOf(process: QemuProcess): Pick<CreateData, 'ways'> {
  const hasConsole = findConsoles(process.commandLine.options).length > 0
  return {ways: [...(hasConsole ? (['console'] as const) : []), ...(hasVncOption(process) ? (['vnc'] as const) : [])]}
}

export function hasVncOption({argv}: QemuProcess): boolean {
  return splitOptions(argv).some(
    ({name, value}) => (name === 'vnc' && value !== 'none') || (name === 'display' && /^vnc[=,]/.test(value)),
  )
}
