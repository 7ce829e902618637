import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {findLive} from '../src/app/find/find-live.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {ownVhostOutput} from '../src/cli/entry/expand-argv.js'
import {findOffline} from '../src/cli/entry/find-offline.js'
import {databasesOffline} from '../src/cli/entry/groups-offline.js'
import {commonFlags, connectionFlags, debugFlag, selectionFlags} from '../src/cli/flags/flags.js'

export default class Vhost extends BaseCommand {
  static override summary = 'ask the inventory in the classic language (ctys-vhost)'
  static override description =
    'Words are regular expressions over the whole record; AND, OR, NOT, E:, F: and R: as ctys-vhost had them. ' +
    'Nothing found is no failure here. -R and -r ask hosts. See <%= config.bin %> help query.'
  static override examples = [
    '<%= config.bin %> vhost tst100',
    '<%= config.bin %> vhost -o pm,label,tcp CentOS AND NOT F:2:PM',
    '<%= config.bin %> vhost -M unique -o ctysaddress tst100',
    '<%= config.bin %> vhost -R PING,VM -o label,tcp Debian',
    "<%= config.bin %> vhost -i CTYSADDRESS 'host1[l:tst100]'",
  ]
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'regular expressions and operators; none shows everything'}),
  }
  static override flags = {
    ...debugFlag,
    ...commonFlags,
    ...selectionFlags,
    subcall: Flags.boolean({char: 's', description: 'accepted for old calls', hidden: true}),
    ...connectionFlags,
    reach: Flags.string({
      char: 'R',
      charAliases: ['x'],
      description: 'keep (MARK: mark, REVERSE: drop) what answers',
      helpValue: '[MARK|REVERSE,]PING|SSH[,PM|VM]',
    }),
    runtime: Flags.boolean({char: 'r', description: 'ask the hosts of the records found what runs'}),
    input: Flags.string({char: 'i', description: 'the word is a full address', helpValue: 'CTYSADDRESS'}),
    progress: Flags.string({char: 'I', description: '1: how long it took; 2: what each step left', helpValue: '0-9'}),
    access: Flags.string({
      char: 'L',
      description: 'user for -R, where it is another than that of -l',
      helpValue: 'USER',
    }),
    manage: Flags.string({
      char: 'S',
      description: 'show databases, their records, or groups: LIST, LISTDB, MEMBERSDB, LISTGROUP, MEMBERSGROUP ...',
      helpValue: 'WORD[:GROUP%GROUP]',
    }),
    caches: Flags.string({
      char: 'C',
      description: 'LIST, LISTTARGETS, LISTGROUPS, MEMBERSDB; the rest of old calls changes nothing: there is no cache',
      helpValue: 'WORD',
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Vhost)
    if (await databasesOffline({...flags, hasWords: argv.length > 0})) return
    const {reach, runtime, input, progress = '0'} = flags
    const output = flags.output ?? (await ownVhostOutput())
    const words = {words: argv.map(String), classic: true, ...flags, output}
    const isOffline = reach === undefined && !runtime && input === undefined && progress === '0'
    if (isOffline) await findOffline(words)
    else await this.withHosts(flags, (context) => findLive(words, context))
  }
}
