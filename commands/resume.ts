import {Flags} from '@oclif/core'
import {runStart} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineArgs, machineFlags, refreshFlags, startFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/words.js'

export default class Resume extends BaseCommand {
  static override summary = 'let a paused or suspended virtual machine go on'
  static override description =
    'A paused machine goes on where it is; a suspended one is started from what was saved of it, which is removed once ' +
    'the guest runs. MACHINE and hosts as with start. The same as: ctys start --resume.'
  static override examples = ['<%= config.bin %> resume web01', '<%= config.bin %> resume web01 admin@host1']
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...hostFlags,
    ...machineFlags,
    ...startFlags,
    ...refreshFlags,
    console: Flags.string({description: 'how it can be seen', options: ['none', 'vnc'], default: 'none'}),
    timeout: Flags.integer({description: 'seconds it may take to come up', default: 30, min: 1, max: 86_400}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Resume)
    const words = {
      ...machineWords(flags, argv.map(String)),
      mode: 'resume',
      discard: false,
      console: flags.console === 'vnc' ? 'VNC' : 'NONE',
      timeoutMs: flags.timeout * 1000,
      notOn: flags['not-on'],
      allowVncNetwork: flags['allow-vnc-network'],
    } as const
    await this.withHosts(flags, (context) => runStart(words, context))
  }
}
