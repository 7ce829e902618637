import * as Args from '@oclif/core/args'
import {editInventory} from '../../src/app/inventory/edit-inventory.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {inventoryFlags, withInventoryDraft} from '../../src/cli/base/inventory-tool.js'
import {createDraft} from '../../src/cli/edit/draft-file.js'

export default class Edit extends BaseCommand {
  static override summary = 'edit the inventory as YAML'
  static override description =
    'Opens $VISUAL, $EDITOR or vi with the machines that fit the words of `ctys find`, or with all of them. What was changed, ' +
    'added and taken out there is put into the inventory; what a scan changed meanwhile stays and is told.'
  static override examples = [
    '<%= config.bin %> inventory edit web01',
    '<%= config.bin %> inventory edit host=h1 os=debian',
    'EDITOR=nano <%= config.bin %> inventory edit',
  ]
  static override strict = false
  static override args = {words: Args.string({ignoreStdin: true, description: 'words as with find; none means all'})}
  static override flags = inventoryFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Edit)
    await withInventoryDraft(flags, (files, at) => editInventory(argv.map(String), files, {createDraft, ...at}))
  }
}
