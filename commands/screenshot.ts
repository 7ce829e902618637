import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {takeScreenshots} from '../src/app/console/screenshots.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {pictureKeeper} from '../src/cli/console/keep-pictures.js'
import {hostFlags} from '../src/cli/flags/flags.js'

export default class Screenshot extends BaseCommand {
  static override summary = 'take pictures of the screens of running machines'
  static override description =
    'Every machine named, where it runs; without a machine every one that runs on the hosts and groups named. PNG into the file or directory of -o; on a terminal without it the pictures are shown in the terminal itself. A machine needs no VNC for it.'
  static override examples = [
    '<%= config.bin %> screenshot web01',
    '<%= config.bin %> screenshot web01 -o web01.png',
    '<%= config.bin %> screenshot @lab -o pictures/',
    '<%= config.bin %> screenshot @all --sheet -o all.png',
  ]
  static override strict = false
  static override args = {
    machines: Args.string({ignoreStdin: true, description: 'machines, hosts, @groups', required: true}),
  }
  static override flags = {
    ...hostFlags,
    on: Flags.string({description: 'the host they run on: every word is a machine then', helpValue: 'HOST'}),
    sheet: Flags.boolean({description: 'all in one picture, with names, hosts, states and the time'}),
    out: Flags.string({char: 'o', description: 'file for one picture, else a directory', helpValue: 'FILE|DIR'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Screenshot)
    const {out, type, json, yaml, login} = flags
    const isShown = process.stdout.isTTY === true && !json && !yaml
    if (out === undefined && !isShown && !json && !yaml && !flags['dry-run']) {
      this.error('-o FILE or DIR: standard output is no terminal that could show a picture', {exit: 2})
    }
    const keep = out === undefined ? undefined : await pictureKeeper(out)
    const words = {
      ...{type, words: argv.map(String), dryRun: flags['dry-run']},
      ...(flags.on !== undefined && {on: flags.on}),
      sheet: flags.sheet,
      ...(login !== undefined && {user: login}),
    }
    await this.withHosts(flags, (context) => takeScreenshots({...words, ...(keep !== undefined && {keep})}, context))
  }
}
