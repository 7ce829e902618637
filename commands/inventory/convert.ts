import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {convertInventory, type InventoryFormat, inventoryFormats} from '../../src/app/inventory/convert-inventory.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {inventoryFlags, withInventoryFiles} from '../../src/cli/base/inventory-tool.js'

export default class Convert extends BaseCommand {
  static override summary = 'write the inventory, or a file, as YAML for people, as enum.fdb or as JSON'
  static override description =
    'FILE is an enum.fdb, a directory that holds one, YAML, JSON, or - for stdin; none means the inventory. ' +
    '<%= config.bin %> help inventory has the layouts.'
  static override examples = [
    '<%= config.bin %> inventory convert > enum.yaml',
    '<%= config.bin %> inventory convert enum.yaml -o enum.fdb',
    '<%= config.bin %> inventory convert --to json old/enum.fdb',
  ]
  static override args = {file: Args.string({ignoreStdin: true, description: 'what to convert'})}
  static override flags = {
    ...inventoryFlags,
    to: Flags.option({
      description: 'format; default: as the name of the output ends, else yaml',
      options: inventoryFormats,
    })(),
    output: Flags.string({char: 'o', description: 'file to write; default: stdout', helpValue: 'FILE'}),
  }

  async run(): Promise<void> {
    const {flags, args} = await this.parse(Convert)
    const to: InventoryFormat | undefined = flags.to
    const words = {
      ...(args.file !== undefined && {file: args.file}),
      ...(to !== undefined && {to}),
      ...(flags.output !== undefined && {output: flags.output}),
    }
    await withInventoryFiles(flags, (files, {signal}) => convertInventory(words, files, signal))
  }
}
