import * as Args from '@oclif/core/args'
import {autostartMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

const hows = ['list', 'on', 'off'] as const

export default class Autostart extends BaseCommand {
  static override summary = 'let a host start a virtual machine when it comes up itself, or no more'
  static override description =
    'With what the host has: systemd (as another account than root: of the user, with lingering), OpenRC, rc.local, cron. ' +
    'The machine may run meanwhile. MACHINE and hosts as with start.'
  static override examples = [
    '<%= config.bin %> autostart on web01',
    "<%= config.bin %> autostart list 'web*'",
    '<%= config.bin %> autostart off web01 host1',
  ]
  static override strict = false
  static override args = {
    how: Args.string({ignoreStdin: true, description: hows.join(', '), required: true, options: [...hows]}),
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'}),
  }
  static override flags = {...hostFlags, ...machineFlags, ...refreshFlags}

  async run(): Promise<void> {
    const {flags, args, argv} = await this.parse(Autostart)
    const how = hows.find((word) => word === args.how) ?? 'list'
    const input = {...machineWords(flags, argv.slice(1).map(String)), how}
    await this.withHosts(flags, (context) => autostartMachines(input, context))
  }
}
