import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {whyOffline} from '../src/cli/entry/why-offline.js'
import {commonFlags, typeFlag} from '../src/cli/flags/flags.js'

export default class Why extends BaseCommand {
  static override summary = 'explain which machine a command would take, and why no other; works offline'
  static override description =
    'MACHINE is a label, the absolute path of a configuration, or a machine address; or words as ctys find takes them. ' +
    'Shown is which records fit, how old they are and where from, what did not fit in the others, and what a command ' +
    'would act on. See <%= config.bin %> help why-and-show.'
  static override examples = [
    '<%= config.bin %> why web01',
    '<%= config.bin %> why l:web01,b:/vm host1',
    '<%= config.bin %> why -c mincnt web01',
    '<%= config.bin %> why web os=debian',
  ]
  static override strict = false
  static override args = {
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address; or words to look for'}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'}),
  }
  static override flags = {
    ...commonFlags,
    ...typeFlag,
    cost: Flags.option({
      char: 'c',
      description: 'choose the host with the fewest or the most machines recorded',
      options: ['mincnt', 'maxcnt', 'MINCNT', 'MAXCNT'] as const,
    })(),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Why)
    const cost = flags.cost?.toLowerCase() as 'mincnt' | 'maxcnt' | undefined
    await whyOffline({...flags, words: argv.map(String), cost})
  }
}
