import {compressMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

export default class Compress extends BaseCommand {
  static override summary = 'make the image of a virtual machine that is off smaller'
  static override description =
    'The qcow2 image is written anew beside the old one, compressed, compared with it, and takes its place. Refused while ' +
    'the machine runs, while another image stands on this one, and where snapshots would be lost. MACHINE and hosts as with start.'
  static override examples = ['<%= config.bin %> compress web01']
  static override strict = false
  static override args = machineArgs
  static override flags = {...hostFlags, ...machineFlags, ...refreshFlags}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Compress)
    const input = machineWords(flags, argv.map(String))
    await this.withHosts(flags, (context) => compressMachines(input, context))
  }
}
