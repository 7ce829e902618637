import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {extractArp} from '../src/app/network/extract-arp.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {extractFlags, storeOf} from '../src/cli/base/network-tool.js'
import {debugFlag, hostFlags} from '../src/cli/flags/flags.js'
import {hostsInput} from '../src/cli/flags/input.js'

export default class ExtractArp extends BaseCommand {
  static override summary = 'take IP and MAC addresses from the live neighbour tables of hosts'
  static override description =
    'Reads the tables the hosts have; nobody is pinged. Shows rows name;ip;mac, or with -P or -p stores them in macmap.fdb.'
  static override examples = [
    '<%= config.bin %> extract-arp host1 host2',
    '<%= config.bin %> extract-arp -P admin@host1',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
  }
  static override flags = {
    ...debugFlag,
    ...hostFlags,
    ...extractFlags,
    'dry-run': Flags.boolean({description: 'show the plan, connect to nothing'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(ExtractArp)
    const {store, inventory} = storeOf(flags)
    const {name, ip, mac, ethers} = flags
    await this.withHosts({...flags, inventory}, (context) =>
      extractArp({...hostsInput(flags, argv.map(String)), name, ip, mac, ethers, store}, context),
    )
  }
}
