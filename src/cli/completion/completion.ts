import {type CompletionKind, completeWords} from '../../app/completion/complete.js'
import {composeGroups} from '../../compose/groups.js'
import {composeInventory} from '../../compose/inventory.js'
import {CtysError} from '../../domain/errors.js'
import {bashScript} from './bash.js'
import {fishScript} from './fish.js'
import {modelOf, type Shell} from './model.js'
import {zshScript} from './zsh.js'

const scripts = {bash: bashScript, zsh: zshScript, fish: fishScript} as const

/** Prints the script. */
export function printScript(shell: Shell, commands: Parameters<typeof modelOf>[0]): void {
  process.exitCode = 0
  process.stdout.write(scripts[shell](modelOf(commands)))
}

/** Prints words, one a line. An inventory that cannot be read has none: errors would land in the line being typed. */
export async function printWords(kind: CompletionKind, prefix: string, inventory: string | undefined): Promise<void> {
  process.exitCode = 0
  try {
    const words = await completeWords(kind, prefix, {inventory: composeInventory(inventory), groups: composeGroups()})
    process.stdout.write(words.map((word) => `${word}\n`).join(''))
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
  }
}
