import * as Args from '@oclif/core/args'
import {traceNets} from '../../src/app/net/see-nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords} from '../../src/cli/flags/net-move-flags.js'

export default class NetTrace extends BaseCommand {
  static override summary = 'walk the way from one machine to another, and say at which hop it breaks and why'
  static override description =
    'Hosts are looked at, nothing is sent: a link that is down, a wrong VLAN, a port that STP blocks, a rule of nft that ' +
    'drops, a MAC address that is another’s or not that of the machine, a port that is missing. Exit 1 where it breaks.'
  static override examples = [
    '<%= config.bin %> net trace web01 db01',
    '<%= config.bin %> net trace web01 db01 root@host1 root@host2',
  ]
  static override strict = false
  static override args = {
    from: Args.string({ignoreStdin: true, description: 'a machine that runs', required: true}),
    to: Args.string({ignoreStdin: true, description: 'another one', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = netFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetTrace)
    const [from = '', to = '', ...hosts] = argv.map(String)
    const {targets, dryRun, sudo} = netWords(flags, hosts)
    const call = {targets, dryRun, login: flags.login, become: sudo ? (['sudo', 'doas'] as const) : [], from, to}
    await this.withHosts(flags, (context) => traceNets(call, context))
  }
}
