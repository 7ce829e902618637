import * as Flags from '@oclif/core/flags'
import {runScan} from '../src/app/scan/run-scan.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {debugFlag, hostFlags} from '../src/cli/flags/flags.js'
import {classicScanArgs, classicScanFlags, hostFlagsOf, scanFlags, scanWords} from '../src/cli/flags/scan-flags.js'

export default class Vdbgen extends BaseCommand {
  static override summary = 'ctys scan, called as the original called it (ctys-vdbgen)'
  static override description =
    'An inventory that has records is changed only with --replace or --append. Even with --replace, hosts that were ' +
    'not named or did not answer keep their records. See <%= config.bin %> help scan.'
  static override examples = [
    '<%= config.bin %> vdbgen --replace --base=/vm -- host1 host2',
    '<%= config.bin %> vdbgen --stdio --cacheDB=/srv/ctys-db -- host1',
  ]
  static override strict = false
  static override args = classicScanArgs
  static override flags = {
    ...hostFlags,
    ...scanFlags,
    ...classicScanFlags(false),
    append: Flags.boolean({description: 'add and update, remove nothing', exclusive: ['replace', 'stdio']}),
    replace: Flags.boolean({description: 'what answers replaces what is known of it', exclusive: ['stdio']}),
    stdio: Flags.boolean({description: 'print the records, write nothing', exclusive: ['dry-run']}),
    background: Flags.string({char: 'b', description: 'accepted for old calls', hidden: true}),
    'use-inventory': Flags.string({char: 'c', description: 'accepted for old calls', hidden: true}),
    'result-cache': Flags.string({char: 'C', description: 'accepted for old calls', hidden: true}),
    ...debugFlag,
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Vdbgen)
    const scan = scanWords(flags, argv.map(String))
    const words = {...scan, mustBeNew: scan.mode === 'merge' && !flags.replace, classic: true}
    await this.withHosts(hostFlagsOf(flags), (context) => runScan(words, context), {
      verbose: flags.verbose,
      classic: true,
    })
  }
}
