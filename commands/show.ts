import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {showMachine} from '../src/app/show/show-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {hostsInput} from '../src/cli/flags/input.js'

export default class Show extends BaseCommand {
  static override summary = 'show everything about one machine: what is recorded, and what runs'
  static override description =
    'MACHINE as with start. The hosts it is recorded on are asked what runs there, or only those named; where that ' +
    'disagrees with the records it is marked. See <%= config.bin %> help why-and-show.'
  static override examples = [
    '<%= config.bin %> show web01',
    '<%= config.bin %> show web01 --offline',
    '<%= config.bin %> show web01 admin@host1 --max-age 60s',
  ]
  static override strict = false
  static override args = {
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...; none: where it is recorded'}),
  }
  static override flags = {
    ...hostFlags,
    offline: Flags.boolean({description: 'contact no host: recorded facts only'}),
    ...refreshFlags,
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Show)
    const [machine = '', ...hosts] = argv.map(String)
    const {offline, 'max-age': maxAge} = flags
    await this.withHosts(flags, (context) =>
      showMachine({...hostsInput(flags, hosts), machine, offline, maxAge}, context),
    )
  }
}
