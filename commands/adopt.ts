import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {adoptMachines} from '../src/app/machines/adopt-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags} from '../src/cli/flags/flags.js'

export default class Adopt extends BaseCommand {
  static override summary = 'make machines of ctys of what is there: QEMUs that run, other tools, scripts, images'
  static override description =
    'Shows what the hosts have and what would be written for it: a configuration and a start script, beside the image ' +
    'or below --dir. --write writes them; nothing is overwritten, moved or stopped. What another tool owns stays its, ' +
    'unless --foreign asks for it. See <%= config.bin %> help machines.'
  static override examples = [
    '<%= config.bin %> adopt host1',
    "<%= config.bin %> adopt @lab --only 'web*' --write",
    '<%= config.bin %> adopt host1 --base /srv --dir /vm --write',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
  }
  static override flags = {
    ...hostFlags,
    only: Flags.string({
      description: 'only machines of this name or pattern; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
    }),
    base: Flags.string({
      description: 'directory to search, several with % between them; default: the home directory on the host',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'DIR',
    }),
    dir: Flags.string({
      description: 'directory below which each machine gets one of its own; relative: below the home directory',
      helpValue: 'DIR',
    }),
    foreign: Flags.boolean({description: 'also machines that another tool owns, such as libvirt'}),
    write: Flags.boolean({description: 'write the files; without it they are shown only', exclusive: ['dry-run']}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Adopt)
    const call = {
      type: flags.type,
      hosts: argv.map(String),
      basePaths: flags.base ?? [],
      only: flags.only ?? [],
      dir: flags.dir,
      foreign: flags.foreign,
      write: flags.write,
      dryRun: flags['dry-run'],
      user: flags.login,
    }
    await this.withHosts(flags, (context) => adoptMachines(call, context))
  }
}
