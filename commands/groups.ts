import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {groupsOffline} from '../src/cli/entry/groups-offline.js'
import {commonFlags, debugFlag} from '../src/cli/flags/flags.js'

export default class Groups extends BaseCommand {
  static override summary = 'show the groups of hosts, or who is in them; works offline'
  static override description =
    'A group is a file below ~/.ctys/groups with a host a line; commands take it as @GROUP. See <%= config.bin %> help groups.'
  static override examples = [
    '<%= config.bin %> groups',
    '<%= config.bin %> groups lab',
    '<%= config.bin %> groups -m 8u netscan/all',
  ]
  static override strict = false
  static override args = {
    groups: Args.string({ignoreStdin: true, description: 'names of groups; none shows which there are'}),
  }
  static override flags = {
    ...debugFlag,
    json: commonFlags.json,
    yaml: commonFlags.yaml,
    terse: commonFlags.terse,
    members: Flags.string({
      char: 'm',
      description: 'members as: 1-3 listing, 4 targets, 5 calls, 6 7 accounts, 8 hosts; 6u 7u 8u each once',
      helpValue: 'FORMAT',
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Groups)
    await groupsOffline(argv.map(String), {...flags, format: flags.members})
  }
}
