import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {newMachines} from '../src/app/machines/new-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, waitFlags} from '../src/cli/flags/flags.js'
import {newFlags, newWords} from '../src/cli/flags/new-flags.js'

export default class New extends BaseCommand {
  static override summary = 'make virtual machines: a directory with image, configuration and start script for each'
  static override description =
    'NAME may be a pattern, such as web[01-20]; several hosts get them in turn. What exists is never overwritten; the ' +
    'same call again makes what is missing. The machines are in the inventory afterwards: ctys start NAME. ' +
    'See <%= config.bin %> help machines.'
  static override examples = [
    '<%= config.bin %> new web01 host1 --size 20G --memory 2G --cpus 2 --cdrom /iso/debian.iso',
    "<%= config.bin %> new 'web[01-20]' @lab --image /srv/images/debian-12.qcow2",
    '<%= config.bin %> new web01 host1 --image debian-12 --ssh-key ~/.ssh/id_ed25519.pub --wait ready',
    '<%= config.bin %> new -f lab.yaml',
  ]
  static override strict = false
  static override args = {
    name: Args.string({ignoreStdin: true, description: 'name, or a pattern of names'}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
  }
  static override flags = {
    ...hostFlags,
    file: Flags.string({
      char: 'f',
      description:
        'what is to be made stands in this file here (YAML, schemas/lab.schema.json), or in standard input (-)',
      helpValue: 'FILE',
    }),
    yes: Flags.boolean({description: 'make what the file says without a question'}),
    start: Flags.boolean({description: 'start them when they are made'}),
    steps: Flags.boolean({description: 'start them, and type their steps on their consoles (--step)'}),
    ...waitFlags,
    ...newFlags,
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(New)
    const call = {
      type: flags.type,
      file: flags.file,
      yes: flags.yes,
      words: newWords(flags, argv.map(String)),
      dryRun: flags['dry-run'],
      user: flags.login,
      start: flags.start,
      steps: flags.steps,
      wait: flags.wait,
      readyMs: flags['wait-timeout'] * 1000,
    }
    await this.withHosts(flags, (context) => newMachines(call, context))
  }
}
