import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {exportFormats, exportInventory} from '../../src/app/inventory/export-inventory.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {inventoryFlags, withInventoryFiles} from '../../src/cli/base/inventory-tool.js'

export default class Export extends BaseCommand {
  static override summary = 'write names and addresses of the machines as a file of another program'
  static override description =
    'WORD as with find. Values the address map fills in are used. What a format cannot hold, or what could mislead its ' +
    'reader, is left out and told on stderr. See <%= config.bin %> help network-names.'
  static override examples = [
    '<%= config.bin %> inventory export hosts',
    '<%= config.bin %> inventory export ssh-config host=h1 -o ~/.ssh/config.d/h1',
    "<%= config.bin %> inventory export prometheus 'os~linux' -o targets.json",
  ]
  static override strict = false
  static override args = {
    format: Args.string({ignoreStdin: true, required: true, description: exportFormats.join(', ')}),
    words: Args.string({ignoreStdin: true, description: 'words to look for; none means all'}),
  }
  static override flags = {
    ...inventoryFlags,
    output: Flags.string({char: 'o', description: 'file to write; default: stdout', helpValue: 'FILE'}),
  }

  async run(): Promise<void> {
    const {flags, args, argv} = await this.parse(Export)
    const asked = {
      format: args.format,
      words: argv.slice(1).map(String),
      ...(flags.output !== undefined && {output: flags.output}),
    }
    await withInventoryFiles(flags, (files, at) => exportInventory(asked, files, at))
  }
}
