import * as Args from '@oclif/core/args'
import {probeHosts} from '../src/app/probe/probe-hosts.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags} from '../src/cli/flags/flags.js'
import {hostsInput} from '../src/cli/flags/input.js'

export default class Probe extends BaseCommand {
  static override summary = 'show what the hosts have: QEMU, accelerators, memory, disk, and what is missing'
  static override examples = ['<%= config.bin %> probe admin@host1 host2', '<%= config.bin %> probe --json host1']
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = hostFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Probe)
    await this.withHosts(flags, (context) => probeHosts(hostsInput(flags, argv.map(String)), context))
  }
}
