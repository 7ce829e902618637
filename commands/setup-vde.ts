import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {setupVde} from '../src/app/net/setup-vde.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {commonFlags, connectionFlags, debugFlag} from '../src/cli/flags/flags.js'
import {netNameFlags, netUpFlags} from '../src/cli/flags/net-flags.js'

export default class SetupVde extends BaseCommand {
  static override summary = 'networks of hosts, called as the original called it (ctys-setupVDE, ctys-vnetctl)'
  static override description =
    'ACTION is one of create, cancel, check, info (the default), ports, list and listall. ' +
    'See <%= config.bin %> help networks.'
  static override examples = [
    'ctys-setupVDE -u alice create',
    "ctys-setupVDE -u alice create host1'(-Z sudo)' root@host2",
    'ctys-setupVDE ports -u alice root@host1',
  ]
  static override strict = false
  static override args = {
    how: Args.string({ignoreStdin: true, description: 'create, cancel, check, info, ports, list or listall'}),
    targets: Args.string({ignoreStdin: true, description: "[user@]host[:port]['(-Z sudo)'] or GROUP ..."}),
  }
  static override flags = {
    ...commonFlags,
    ...connectionFlags,
    'dry-run': Flags.boolean({char: 'n', description: 'show the plan, connect to nothing'}),
    user: Flags.string({
      char: 'u',
      description: 'owner of TAP and sockets; default: the account',
      helpValue: 'USER[.GROUP]',
    }),
    ...netNameFlags,
    ...netUpFlags,
    remote: Flags.string({char: 'r', description: 'further hosts', helpValue: 'HOST[,HOST...]'}),
    become: Flags.string({
      char: 'Z',
      description: 'ways to become root: SUDO, DOAS, ALL, NOSUDO',
      helpValue: 'WAY[,WAY...]',
    }),
    ...debugFlag,
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(SetupVde)
    const {user, name, sock, mgmt, force, group, bridge, extent, remote, login, become} = flags
    const call = {
      ...{name, sock, mgmt, force, group, bridge, extent, remote, login, become},
      owner: user,
      interface: flags.interface,
      words: argv.map(String),
      dryRun: flags['dry-run'],
      timerSeconds: flags.timer,
    }
    await this.withHosts(flags, (context) => setupVde(call, context), {classic: true})
  }
}
