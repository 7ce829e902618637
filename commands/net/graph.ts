import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {graphNets} from '../../src/app/net/see-nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords} from '../../src/cli/flags/net-move-flags.js'

export default class NetGraph extends BaseCommand {
  static override summary = 'draw the networks of hosts: bridges, their ports, switches, and the guests on them'
  static override examples = [
    '<%= config.bin %> net graph @lab',
    '<%= config.bin %> net graph @lab --dot | dot -Tsvg >lab.svg',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = {...netFlags, dot: Flags.boolean({description: 'in the language of Graphviz (dot)'})}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetGraph)
    const {targets, dryRun, sudo} = netWords(flags, argv.map(String))
    const call = {targets, dryRun, login: flags.login, become: sudo ? (['sudo', 'doas'] as const) : [], dot: flags.dot}
    await this.withHosts(flags, (context) => graphNets(call, context))
  }
}
