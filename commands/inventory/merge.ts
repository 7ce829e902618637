import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {mergeInventories} from '../../src/app/inventory/merge-inventory.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {inventoryFlags, withInventoryFiles} from '../../src/cli/base/inventory-tool.js'

export default class Merge extends BaseCommand {
  static override summary = 'put other inventories into this one; what was seen later wins'
  static override description = 'FILE as with convert. Nothing is ever taken out of the inventory by this.'
  static override examples = [
    '<%= config.bin %> inventory merge -n old/enum.fdb',
    '<%= config.bin %> inventory merge colleague.yaml /srv/ctys/db',
  ]
  static override strict = false
  static override args = {
    files: Args.string({ignoreStdin: true, description: 'files or directories', required: true}),
  }
  static override flags = {
    ...inventoryFlags,
    'dry-run': Flags.boolean({char: 'n', description: 'show the changes, write nothing'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Merge)
    const words = {paths: argv.map(String), dryRun: flags['dry-run']}
    await withInventoryFiles(flags, (files, {signal}) => mergeInventories(words, files, signal))
  }
}
