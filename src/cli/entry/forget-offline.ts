import {type ForgetInput, forgetMachines} from '../../app/inventory/forget-machines.js'
import {composeGroups} from '../../compose/groups.js'
import {withInventoryFiles} from '../base/inventory-tool.js'
import {askYesNo} from '../base/terminal-questions.js'

interface ForgetFlags {
  readonly json: boolean
  readonly yaml?: boolean | undefined
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** `ctys forget`: asks no host. */
export async function forgetOffline(flags: ForgetFlags, input: ForgetInput): Promise<void> {
  const {stdin, stderr} = process
  const interactive = stdin.isTTY === true && stderr.isTTY === true
  await withInventoryFiles(flags, (files, {now, signal}) => {
    const ask = (question: string) => askYesNo(question, signal)
    const context = {files, groups: composeGroups(), signal, now}
    return forgetMachines(input, {...context, ...(interactive && {ask})})
  })
}
