import {downNets} from '../../src/app/net/nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {netArgs, netCall, netDownFlags, netHostFlags} from '../../src/cli/flags/net-flags.js'

export default class NetDown extends BaseCommand {
  static override summary = 'take away what net up made, and nothing else'
  static override description =
    'Refused while a guest, another process or a foreign port is on it, unless with -f. See <%= config.bin %> help networks.'
  static override examples = [
    '<%= config.bin %> net down root@host1',
    '<%= config.bin %> net down --sudo -u alice @lab',
  ]
  static override strict = false
  static override args = netArgs
  static override flags = {...netHostFlags, ...netDownFlags}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetDown)
    await this.withHosts(flags, (context) => downNets(netCall(flags, argv.map(String)), context))
  }
}
