import * as Flags from '@oclif/core/flags'
import {type HowWord, howWords, runStop} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

export default class Stop extends BaseCommand {
  static override summary = 'stop a virtual machine and prove that it is gone'
  static override description =
    'The guest is asked first: the power button, again and again, and its guest agent. Only when its grace has passed ' +
    'follow quit, SIGTERM and SIGKILL, each only after the process was proven again to be that machine. A guest that ' +
    'cannot be asked is left as it is, and the reason told; --force does not ask. MACHINE as with start; without a host it is stopped where the inventory says it lies; of several hosts that see its disk, where it runs.'
  static override examples = [
    '<%= config.bin %> stop web01',
    '<%= config.bin %> stop web01 admin@host1 --grace 30',
    "<%= config.bin %> stop web02 web03 'db0*'",
    '<%= config.bin %> stop --where os=debian @lab --yes',
    '<%= config.bin %> stop --all host1 host2',
  ]
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...hostFlags,
    ...machineFlags,
    ...refreshFlags,
    all: Flags.boolean({description: 'every machine of ctys on the hosts named'}),
    how: Flags.string({description: 'what to do', options: [...howWords], default: 'poweroff'}),
    force: Flags.boolean({description: 'do not ask the guest, end it at once, in any state'}),
    foreign: Flags.boolean({description: 'also a machine that another program runs, or that is none of ctys'}),
    grace: Flags.integer({
      description: 'seconds the guest has once it was asked; 0 = --force',
      default: 120,
      min: 0,
      max: 86_400,
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Stop)
    const words = argv.map(String)
    if (flags.all && words.length === 0) this.error('--all: name the hosts (localhost for this machine)', {exit: 2})
    if (!flags.all && words.length === 0 && flags.where === undefined) {
      this.error('name a machine, --where, or --all', {exit: 2})
    }
    const asked = machineWords(flags, words)
    const how = flags.how as HowWord
    const base = {
      ...(flags.all ? {...asked, machine: undefined, targets: words} : asked),
      all: flags.all,
      how,
      force: flags.force ?? false,
      foreign: flags.foreign,
      graceMs: flags.grace * 1000,
    }
    await this.withHosts(flags, (context) => runStop(base, context))
  }
}
