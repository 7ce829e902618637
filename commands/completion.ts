import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {completionKinds} from '../src/app/completion/complete.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {printScript, printWords} from '../src/cli/completion/completion.js'
import {shells} from '../src/cli/completion/model.js'
import {commonFlags} from '../src/cli/flags/flags.js'

export default class Completion extends BaseCommand {
  static override summary = 'print the completion script for a shell'
  static override description =
    'Commands and flags are written into the script; labels, hosts and values of fields are asked of the inventory ' +
    'while you type, offline. See <%= config.bin %> help why-and-show.'
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    'source <(<%= config.bin %> completion zsh)',
    '<%= config.bin %> completion fish | source',
  ]
  static override args = {
    shell: Args.string({ignoreStdin: true, description: shells.join(', ')}),
  }
  static override flags = {
    json: Flags.boolean({description: 'accepted as everywhere; a script has no JSON', hidden: true}),
    yaml: Flags.boolean({description: 'accepted as everywhere; a script has no YAML', hidden: true}),
    inventory: commonFlags.inventory,
    words: Flags.option({description: 'what the scripts call', options: completionKinds, hidden: true})(),
  }

  async run(): Promise<void> {
    const {flags, args} = await this.parse(Completion)
    const {words, inventory} = flags
    // with --words the one argument is what was typed so far
    if (words !== undefined) return printWords(words, args.shell ?? '', inventory)
    const shell = shells.find((name) => name === args.shell)
    if (shell === undefined) this.error(`name a shell: ${shells.join(', ')}`, {exit: 2})
    printScript(shell, this.config.commands)
  }
}
