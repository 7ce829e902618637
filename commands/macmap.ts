import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {macmapOffline} from '../src/cli/base/network-tool.js'
import {commonFlags, debugFlag} from '../src/cli/flags/flags.js'

export default class Macmap extends BaseCommand {
  static override summary = 'ask the address map: which name and IP address go with which MAC address; works offline'
  static override description =
    'PATTERN is an extended regular expression, anywhere in name;ip;mac, without regard to case. ' +
    'Without -n, -i and -m all three columns are shown.'
  static override examples = ['<%= config.bin %> macmap web01', '<%= config.bin %> macmap -m ^web01']
  static override args = {
    pattern: Args.string({ignoreStdin: true, description: 'what to look for; none shows everything'}),
  }
  static override flags = {
    ...debugFlag,
    ...commonFlags,
    name: Flags.boolean({char: 'n', description: 'show names'}),
    ip: Flags.boolean({char: 'i', description: 'show IP addresses'}),
    mac: Flags.boolean({char: 'm', description: 'show MAC addresses'}),
    'upper-case': Flags.boolean({char: 'u', description: 'in capital letters'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Macmap)
    await macmapOffline({...flags, pattern: args.pattern ?? '', upperCase: flags['upper-case']})
  }
}
