import {Args} from '@oclif/core'
import {BaseCommand} from '../src/cli/base-command.js'
import {findOffline} from '../src/cli/find-offline.js'
import {commonFlags, selectionFlags} from '../src/cli/flags.js'

export default class Find extends BaseCommand {
  static override summary = 'ask the inventory; works offline'
  static override description =
    'Every word must occur in the record of a machine: label, host, UUID, MAC, IP, path, OS ... ' +
    'FIELD=VALUE, FIELD~PATTERN, mem>2G and age<1d ask more precisely, or/not and brackets connect. See docs/query.md.'
  static override examples = [
    '<%= config.bin %> find web01',
    "<%= config.bin %> find os=debian 'host~^lab0' 'mem>=2G'",
    '<%= config.bin %> find --json web01',
    '<%= config.bin %> find -o label,host,tcp debian',
  ]
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'words to look for; none shows everything'}),
  }
  static override flags = {...commonFlags, ...selectionFlags}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Find)
    await findOffline({words: argv.map(String), ...flags})
  }
}
