import * as Args from '@oclif/core/args'
import {pendingMoves} from '../../src/app/net/net-moves.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords} from '../../src/cli/flags/net-move-flags.js'

export default class Pending extends BaseCommand {
  static override summary =
    'show the pending change of the network of hosts, what became of the last one, and what was moved'
  static override examples = ['<%= config.bin %> net pending host1', '<%= config.bin %> net pending @lab --json']
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = netFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Pending)
    await this.withHosts(flags, (context) => pendingMoves(netWords(flags, argv.map(String)), context))
  }
}
