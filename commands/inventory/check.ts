import * as Args from '@oclif/core/args'
import {checkInventory} from '../../src/app/inventory/check-inventory.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {inventoryFlags, withInventoryFiles} from '../../src/cli/base/inventory-tool.js'

export default class Check extends BaseCommand {
  static override summary = 'say what is wrong in the inventory or in files of it, with file and line'
  static override description = 'FILE as with convert. Exit status 2 when something is wrong.'
  static override examples = [
    '<%= config.bin %> inventory check',
    '<%= config.bin %> inventory check enum.yaml old/enum.fdb',
  ]
  static override strict = false
  static override args = {files: Args.string({ignoreStdin: true, description: 'files to check; none: the inventory'})}
  static override flags = inventoryFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Check)
    await withInventoryFiles(flags, (files) => checkInventory(argv.map(String), files))
  }
}
