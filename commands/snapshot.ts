import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {snapshotMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

const hows = ['list', 'save', 'load', 'delete'] as const

export default class Snapshot extends BaseCommand {
  static override summary = 'keep the disk of a virtual machine as it is, go back to it, list or delete what was kept'
  static override description =
    'Of the disk alone, in its qcow2 image (qemu-img snapshot), while the machine is off; list works at any time.'
  static override examples = [
    '<%= config.bin %> snapshot save web01 --name before-upgrade',
    '<%= config.bin %> snapshot load web01 host1 --name before-upgrade',
    '<%= config.bin %> snapshot list web01',
  ]
  static override strict = false
  static override args = {
    how: Args.string({ignoreStdin: true, description: hows.join(', '), required: true, options: [...hows]}),
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'}),
  }
  static override flags = {
    ...hostFlags,
    ...machineFlags,
    ...refreshFlags,
    name: Flags.string({description: 'of the snapshot', default: '', helpValue: 'NAME'}),
  }

  async run(): Promise<void> {
    const {flags, args, argv} = await this.parse(Snapshot)
    const how = hows.find((word) => word === args.how) ?? 'list'
    const words = {...machineWords(flags, argv.slice(1).map(String)), how, name: flags.name}
    await this.withHosts(flags, (context) => snapshotMachines(words, context))
  }
}
