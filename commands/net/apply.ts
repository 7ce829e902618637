import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {applyNets} from '../../src/app/net/apply-nets.js'
import {BaseCommand} from '../../src/cli/base/base-command.js'
import {commonFlags, connectionFlags} from '../../src/cli/flags/flags.js'

export default class NetApply extends BaseCommand {
  static override summary =
    'make the networks of a file on their hosts: switches, bridges, DHCP, DNS, NAT, VLANs, bad cables'
  static override description =
    'What would be changed is shown first, and done when you say yes; a host that has changed since is left as it is. The ' +
    'same file again changes nothing; what was taken out of it goes. With --down what the file made is taken away. ' +
    'Segments with span: ssh are one network on all their hosts as long as the call lasts: it stays until Ctrl-C. See <%= config.bin %> help networks.'
  static override examples = [
    '<%= config.bin %> net apply -f net.yaml',
    '<%= config.bin %> net apply -f net.yaml --diff',
    '<%= config.bin %> net apply -f net.yaml --yes --sudo @lab',
    '<%= config.bin %> net apply -f net.yaml --down',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({
      ignoreStdin: true,
      description: 'these hosts of the file only: [user@]host[:port] or @group ...',
    }),
  }
  static override flags = {
    ...commonFlags,
    ...connectionFlags,
    'dry-run': Flags.boolean({char: 'n', description: 'show the plan, connect to nothing'}),
    file: Flags.string({
      char: 'f',
      description: 'the networks (YAML, schemas/net.schema.json), or standard input (-)',
      required: true,
      helpValue: 'FILE',
    }),
    diff: Flags.boolean({description: 'show what would be changed, and change nothing'}),
    down: Flags.boolean({description: 'take the networks of the file away'}),
    yes: Flags.boolean({description: 'change the hosts without a question'}),
    force: Flags.boolean({description: 'also what is in use, or hangs'}),
    sudo: Flags.boolean({description: 'permit sudo -n or doas -n for the commands that need root'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(NetApply)
    const call = {
      file: flags.file,
      hosts: argv.map(String),
      login: flags.login,
      become: flags.sudo ? (['sudo', 'doas'] as const) : [],
      force: flags.force,
      remove: flags.down,
      diff: flags.diff,
      yes: flags.yes,
      dryRun: flags['dry-run'],
    }
    await this.withHosts(flags, (context) => applyNets(call, context))
  }
}
