import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {undoMove} from '../../src/app/net/net-moves.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netFlags, netWords, timerFlags, timerWords} from '../../src/cli/flags/net-move-flags.js'

export default class Undo extends BaseCommand {
  static override summary = 'take the pending change of a network back, or move an interface out of its bridge'
  static override description =
    'A change that is pending is cancelled, and the old network is back at once. Without one, the bridge gives addresses ' +
    'and routes back to the interface that ctys net move took them from, under a watchdog as on the way there.'
  static override examples = ['<%= config.bin %> net undo root@host1', '<%= config.bin %> net undo root@host1 -b br1']
  static override strict = false
  static override args = {hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...'})}
  static override flags = {
    ...netFlags,
    bridge: Flags.string({char: 'b', description: 'the bridge, where there are several', helpValue: 'BRIDGE'}),
    ...timerFlags,
    force: Flags.boolean({char: 'f', description: 'also while others are on the bridge'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Undo)
    const words = {...netWords(flags, argv.map(String)), ...timerWords(flags), bridge: flags.bridge}
    await this.withHosts(flags, (context) => undoMove(words, context))
  }
}
