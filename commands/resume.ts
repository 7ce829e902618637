import {runStart} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {machineArgs} from '../src/cli/flags/flags.js'
import {upFlags, upWords} from '../src/cli/flags/start-flags.js'

export default class Resume extends BaseCommand {
  static override summary = 'let a paused or suspended virtual machine go on'
  static override description =
    'A paused machine goes on where it is; a suspended one is started from what was saved of it, which is removed once ' +
    'the guest runs. MACHINE and hosts as with start. The same as: ctys start --resume.'
  static override examples = ['<%= config.bin %> resume web01', '<%= config.bin %> resume web01 admin@host1']
  static override strict = false
  static override args = machineArgs
  static override flags = upFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Resume)
    const words = {...upWords(flags, argv.map(String)), mode: 'resume'} as const
    await this.withHosts(flags, (context) => runStart(words, context))
  }
}
