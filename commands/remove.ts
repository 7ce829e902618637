import * as Flags from '@oclif/core/flags'
import {removeMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

export default class Remove extends BaseCommand {
  static override summary = 'remove a virtual machine with its files, after a question that names them'
  static override description =
    'Refused while the machine runs, or while the image of another machine beside it stands on its own. What lies in its ' +
    'directory and is not its own stays. MACHINE and hosts as with start.'
  static override examples = ['<%= config.bin %> remove web01', '<%= config.bin %> remove web01 host1 --yes']
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...hostFlags,
    ...machineFlags,
    ...refreshFlags,
    yes: Flags.boolean({description: 'do not ask'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Remove)
    const words = machineWords(flags, argv.map(String))
    await this.withHosts(flags, (context) => removeMachines(words, context))
  }
}
