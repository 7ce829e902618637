import * as Flags from '@oclif/core/flags'
import {runScan} from '../src/app/scan/run-scan.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags} from '../src/cli/flags/flags.js'
import {classicScanFlags, hostFlagsOf, scanArgs, scanFlags, scanWords} from '../src/cli/flags/scan-flags.js'

export default class Scan extends BaseCommand {
  static override summary = 'collect the virtual machines that lie on the hosts into the inventory'
  static override description =
    'Only what changed since the last scan travels. A host that does not answer keeps its records. See <%= config.bin %> help scan.'
  static override examples = [
    '<%= config.bin %> scan admin@host1 host2',
    '<%= config.bin %> scan host1 --base /vm --base qemu',
    '<%= config.bin %> scan host1 host2 --since 1h --dry-run',
  ]
  static override strict = false
  static override args = scanArgs
  static override flags = {
    ...hostFlags,
    ...scanFlags,
    ...classicScanFlags(true),
    append: Flags.boolean({description: 'add and update, remove nothing', exclusive: ['stdio']}),
    // oclif shows the names of exclusive flags even where they are hidden: only the hidden one names the other
    replace: Flags.boolean({
      description: 'accepted for old calls: what a scan always does',
      exclusive: ['append', 'stdio'],
      hidden: true,
    }),
    stdio: Flags.boolean({description: 'print the records, write nothing', exclusive: ['dry-run']}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Scan)
    const words = scanWords(flags, argv.map(String))
    await this.withHosts(hostFlagsOf(flags), (context) => runScan(words, context), {verbose: flags.verbose})
  }
}
