import {upNets} from '../../src/app/net/nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netArgs, netCall, netHostFlags, netNameFlags, netUpFlags} from '../../src/cli/flags/net-flags.js'

export default class NetUp extends BaseCommand {
  static override summary = 'give hosts a network for guests: a VDE switch, its TAP, a bridge'
  static override description =
    'What is there already is left as it is; what is missing is made. See <%= config.bin %> help networks.'
  static override examples = [
    '<%= config.bin %> net up root@host1',
    '<%= config.bin %> net up --sudo -u alice @lab',
    '<%= config.bin %> net up --name lan2 -b br2 -i eth1 root@host1',
  ]
  static override strict = false
  static override args = netArgs
  static override flags = {...netHostFlags, ...netNameFlags, ...netUpFlags}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetUp)
    await this.withHosts(flags, (context) => upNets(netCall(flags, argv.map(String)), context))
  }
}
