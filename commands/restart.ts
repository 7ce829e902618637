import * as Flags from '@oclif/core/flags'
import {runRestart} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {machineArgs} from '../src/cli/flags/flags.js'
import {upFlags, upWords} from '../src/cli/flags/start-flags.js'

export default class Restart extends BaseCommand {
  static override summary = 'stop a virtual machine and start it again on the same host'
  static override description =
    'It is asked as by stop, and started when it is gone, by a new QEMU: what changed in its configuration counts. One ' +
    'that is not gone is not started, and one that must not be started, because it may run elsewhere, is not stopped. ' +
    'MACHINE and hosts as with start; without a host where it runs. It keeps its VNC display; a password that was set at ' +
    'run time is gone with its QEMU, which tells it nobody. reboot keeps the QEMU.'
  static override examples = [
    '<%= config.bin %> restart web01',
    "<%= config.bin %> restart 'web0*' --grace 30",
    '<%= config.bin %> restart web01 admin@host1 --console vnc',
  ]
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...upFlags,
    console: Flags.string({
      description: 'how it can be seen; default: the screen it has, on the same display',
      options: ['none', 'vnc'],
    }),
    force: Flags.boolean({description: 'do not ask the guest, end it at once, in any state'}),
    grace: Flags.integer({
      description: 'seconds the guest has once it was asked; 0 = --force',
      default: 120,
      min: 0,
      max: 86_400,
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Restart)
    const {console, force, grace} = flags
    const {console: screen, ...words} = upWords({...flags, console: console ?? 'none'}, argv.map(String))
    const asked = {...words, ...(console !== undefined && {console: screen}), force, graceMs: grace * 1000} as const
    await this.withHosts(flags, (context) => runRestart(asked, context))
  }
}
