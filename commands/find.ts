import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {findFresh} from '../src/app/find/find-fresh.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {findOffline} from '../src/cli/entry/find-offline.js'
import {commonFlags, connectionFlags, selectionFlags} from '../src/cli/flags/flags.js'

export default class Find extends BaseCommand {
  static override summary = 'ask the inventory; works offline, unless --max-age asks hosts'
  static override description =
    'Every word must occur in the record of a machine: label, host, UUID, MAC, IP, path, OS ... ' +
    'FIELD=VALUE, FIELD~PATTERN, mem>2G and age<1d ask more precisely, or/not and brackets connect. Hosts themselves are left out, unless --hosts or type=PM asks for them. See <%= config.bin %> help query.'
  static override examples = [
    '<%= config.bin %> find web01',
    "<%= config.bin %> find os=debian 'host~^lab0' 'mem>=2G'",
    '<%= config.bin %> find --json web01',
    '<%= config.bin %> find -o label,host,ip,age --sort age debian',
    '<%= config.bin %> find web01 --max-age 60s',
  ]
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'words to look for; none shows everything'}),
  }
  static override flags = {
    ...commonFlags,
    ...selectionFlags,
    ...connectionFlags,
    sort: Flags.string({
      description: 'put the records in order by these fields, or age; - before one that goes backwards',
      helpValue: 'FIELD,...',
    }),
    hosts: Flags.boolean({description: 'records of hosts themselves too'}),
    'max-age': Flags.string({
      description: 'look again on their hosts at the records found that are older: 60s, 15m, 2h, 1d',
      helpValue: 'DURATION',
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Find)
    const {'max-age': maxAge, login: user} = flags
    const words = {words: argv.map(String), ...flags}
    if (maxAge === undefined) await findOffline(words)
    else await this.withHosts(flags, (context) => findFresh({...words, maxAge, user}, context))
  }
}
