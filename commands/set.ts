import * as Args from '@oclif/core/args'
import {setMachines} from '../src/app/machines/alter-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, machineFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {machineWords} from '../src/cli/flags/input.js'

export default class SetSettings extends BaseCommand {
  static override summary = 'change the settings of a virtual machine that is off'
  static override description =
    'KEY=VALUE for keys of its configuration, KEY= takes one out; everything else in the file stays. Refused while the ' +
    'machine runs, or while another image stands on this one. MACHINE and hosts as with start. See <%= config.bin %> help machines.'
  static override examples = [
    '<%= config.bin %> set web01 VRAM=4G VCPU=2',
    "<%= config.bin %> set web01 host1 'APPEND=console=ttyS0 quiet'",
  ]
  static override strict = false
  static override args = {
    machine: Args.string({ignoreStdin: true, description: 'label, pattern (web0*), path or machine address ...'}),
    settings: Args.string({ignoreStdin: true, description: 'KEY=VALUE ..., and hosts'}),
  }
  static override flags = {...hostFlags, ...machineFlags, ...refreshFlags}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(SetSettings)
    const words = argv.map(String)
    const isSetting = (word: string) => /^[A-Za-z][A-Za-z0-9_]*=/.test(word)
    const input = {
      ...machineWords(
        flags,
        words.filter((word) => !isSetting(word)),
      ),
      settings: words.filter(isSetting),
    }
    await this.withHosts(flags, (context) => setMachines(input, context))
  }
}
