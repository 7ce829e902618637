import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {confirmMove} from '../../src/app/net/net-moves.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords} from '../../src/cli/flags/net-move-flags.js'

export default class Confirm extends BaseCommand {
  static override summary = 'confirm the pending change of the network of a host, or give it more time'
  static override description =
    'The host takes it only from a connection that was opened after the change. With --extend nothing is confirmed: the ' +
    'host waits so many seconds from now.'
  static override examples = [
    '<%= config.bin %> net confirm root@host1',
    '<%= config.bin %> net confirm root@host1 --id 1f0c93ab',
    '<%= config.bin %> net confirm root@host1 --extend 300',
  ]
  static override strict = false
  static override args = {hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...'})}
  static override flags = {
    ...netFlags,
    id: Flags.string({description: 'this change only', helpValue: 'ID'}),
    extend: Flags.integer({description: 'seconds that the host waits from now', min: 5, max: 86_400}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Confirm)
    const words = {...netWords(flags, argv.map(String)), id: flags.id, extendSeconds: flags.extend}
    await this.withHosts(flags, (context) => confirmMove(words, context))
  }
}
