import * as Args from '@oclif/core/args'
import {netStatus} from '../../src/app/net/nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netCall, netHostFlags} from '../../src/cli/flags/net-flags.js'

export default class NetStatus extends BaseCommand {
  static override summary = 'show switches, bridges and TAPs of hosts, and who is on which port'
  static override examples = ['<%= config.bin %> net status @lab', '<%= config.bin %> net status --json root@host1']
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = netHostFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetStatus)
    await this.withHosts(flags, (context) => netStatus(netCall(flags, argv.map(String)), context))
  }
}
