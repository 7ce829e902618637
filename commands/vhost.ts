import {Args, Flags} from '@oclif/core'
import {BaseCommand} from '../src/cli/base-command.js'
import {findOffline} from '../src/cli/find-offline.js'
import {commonFlags, selectionFlags} from '../src/cli/flags.js'

export default class Vhost extends BaseCommand {
  static override summary = 'ask the inventory in the classic language (ctys-vhost)'
  static override description =
    'Words are regular expressions over the whole record; AND, OR, NOT, E:, F: and R: as ctys-vhost had them. ' +
    'Nothing found is no failure here. See docs/query.md.'
  static override examples = [
    '<%= config.bin %> vhost tst100',
    '<%= config.bin %> vhost -o pm,label,tcp CentOS AND NOT F:2:PM',
    '<%= config.bin %> vhost -M unique -o ctysaddress tst100',
  ]
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'regular expressions and operators; none shows everything'}),
  }
  static override flags = {
    ...commonFlags,
    ...selectionFlags,
    subcall: Flags.boolean({char: 's', description: 'accepted for old calls', hidden: true}),
    progress: Flags.string({char: 'I', description: 'accepted for old calls', hidden: true}),
    caches: Flags.string({char: 'C', description: 'accepted for old calls; there is no cache', hidden: true}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Vhost)
    await findOffline({words: argv.map(String), classic: true, ...flags})
  }
}
