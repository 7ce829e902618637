import {Args, Flags} from '@oclif/core'
import {runScan} from '../src/app/run-scan.js'
import {BaseCommand} from '../src/cli/base-command.js'
import {hostFlags} from '../src/cli/flags.js'
import {todayWords} from '../src/cli/words.js'

export default class Scan extends BaseCommand {
  static override summary = 'collect the virtual machines that lie on the hosts into the inventory'
  static override examples = [
    '<%= config.bin %> scan admin@host1 host2',
    '<%= config.bin %> scan host1 --base /vm --base qemu',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...; none means this machine'}),
  }
  static override flags = {
    ...hostFlags,
    base: Flags.string({
      description: 'directory to search, may be given several times; default: the home directory on the host',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'DIR',
    }),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Scan)
    const words = {...todayWords(flags, argv.map(String)), basePaths: flags.base ?? []}
    await this.withHosts(flags, (context, style) => runScan(words, context, style))
  }
}
