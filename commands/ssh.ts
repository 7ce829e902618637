import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {logIntoGuest} from '../src/app/console/guest-ports.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {loginToGuest} from '../src/cli/console/guest-login.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Ssh extends BaseCommand {
  static override summary = 'log into a guest by ssh, by way of the host it runs on'
  static override description =
    'Calls ssh(1) with the host of the machine as jump host and the address that is recorded of the guest. Its host key is known by the UUID of the machine, whatever address it has: another guest at that address is not taken for it. USER@MACHINE, or --as USER. A command with options of its own stands behind --. Ends as ssh does.'
  static override examples = [
    '<%= config.bin %> ssh root@web01',
    '<%= config.bin %> ssh web01 --on h2 uptime',
    '<%= config.bin %> ssh root@web01 -- journalctl -b -p err',
  ]
  static override strict = false
  static override args = {
    machine: oneMachineArgs.machine,
    command: Args.string({ignoreStdin: true, description: 'for the shell of the guest, as ssh takes it'}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    ...onFlag,
    as: Flags.string({description: 'account in the guest', helpValue: 'USER'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Ssh)
    const [word = '', ...command] = argv.map(String)
    const [, user, machine = ''] = /^(?:([^@/,:]+)@)?(.*)$/s.exec(word) ?? []
    if (user !== undefined && flags.as !== undefined) this.error('USER@ and --as both name the account', {exit: 2})
    const guestUser = flags.as ?? user
    if (guestUser !== undefined && !/^[A-Za-z0-9_][\w.-]*\$?$/.test(guestUser)) {
      this.error(`'${guestUser}' is no name of an account`, {exit: 2})
    }
    const input = {...oneMachineWords(flags, [machine]), guestUser, command}
    let status = 0
    await this.withHosts(flags, (context) => logIntoGuest(input, context), {
      login: (alone) => async (login) => {
        status = await loginToGuest(login, {inventory: flags.inventory, sshConfig: flags['ssh-config'], alone})
      },
    })
    if (status !== 0) process.exitCode = status
  }
}
