import * as Flags from '@oclif/core/flags'
import {resizeMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

export default class Resize extends BaseCommand {
  static override summary = 'make the boot image of a virtual machine larger'
  static override description =
    'An image only grows; the guest has to use the room itself. Refused while the machine runs, or while another image ' +
    'stands on this one. MACHINE and hosts as with start.'
  static override examples = ['<%= config.bin %> resize web01 --size 40G']
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...hostFlags,
    ...machineFlags,
    ...refreshFlags,
    size: Flags.string({description: 'the new size, such as 40G', required: true, helpValue: 'SIZE'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Resize)
    const words = {...machineWords(flags, argv.map(String)), size: flags.size}
    await this.withHosts(flags, (context) => resizeMachines(words, context))
  }
}
