import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {inventoryFlags} from '../src/cli/base/inventory-tool.js'
import {forgetOffline} from '../src/cli/entry/forget-offline.js'
import {machineFlags} from '../src/cli/flags/flags.js'

export default class Forget extends BaseCommand {
  static override summary = 'take machines or hosts out of the inventory'
  static override description =
    'Only records go, each is named; no host is asked, and nothing on it is touched: the next scan finds what is still ' +
    'there. A host alone stands for all its records; with machines it says where they lie.'
  static override examples = [
    '<%= config.bin %> forget web01',
    '<%= config.bin %> forget web01 host1',
    '<%= config.bin %> forget oldhost',
    "<%= config.bin %> forget --where 'age>90d' -n",
  ]
  static override strict = false
  static override args = {
    places: Args.string({ignoreStdin: true, description: 'label, pattern, path, machine address, host or @group ...'}),
  }
  static override flags = {
    ...inventoryFlags,
    ...machineFlags,
    'dry-run': Flags.boolean({char: 'n', description: 'show what would go, write nothing'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Forget)
    const {where, yes, 'dry-run': dryRun} = flags
    await forgetOffline(flags, {words: argv.map(String), where, yes, dryRun})
  }
}
