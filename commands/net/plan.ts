import * as Flags from '@oclif/core/flags'
import {planNets} from '../../src/app/net/nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netArgs, netCall, netHostFlags, netNameFlags, netUpFlags} from '../../src/cli/flags/net-flags.js'

export default class NetPlan extends BaseCommand {
  static override summary = 'show the commands that net up, or net down, would run on hosts now'
  static override description = 'Looks at the hosts and changes nothing.'
  static override examples = [
    '<%= config.bin %> net plan --sudo -u alice host1',
    '<%= config.bin %> net plan --down root@host1',
  ]
  static override strict = false
  static override args = netArgs
  static override flags = {
    ...netHostFlags,
    ...netNameFlags,
    ...netUpFlags,
    down: Flags.boolean({description: 'of net down, not of net up'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetPlan)
    const call = {...netCall(flags, argv.map(String)), to: flags.down ? 'down' : 'up'} as const
    await this.withHosts(flags, (context) => planNets(call, context))
  }
}
