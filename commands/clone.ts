import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {cloneMachines} from '../src/app/machines/clone-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, refreshFlags} from '../src/cli/flags/flags.js'
import {hostsInput} from '../src/cli/flags/input.js'
import {newFlags} from '../src/cli/flags/new-flags.js'

export default class Clone extends BaseCommand {
  static override summary = 'make virtual machines of one that is off, with addresses and a name of their own'
  static override description =
    'The new machine lies beside the old one, on its host. cloud-init in the guest gives it its name, SSH host keys and ' +
    'machine-id, where the machine has a seed or gets one; what cannot be renewed is said. Refused while the machine runs.'
  static override examples = [
    '<%= config.bin %> clone web01 web02',
    "<%= config.bin %> clone web01 'web[02-10]' host1 --linked",
  ]
  static override strict = false
  static override args = {
    machine: Args.string({ignoreStdin: true, description: 'label, path or machine address', required: true}),
    name: Args.string({ignoreStdin: true, description: 'of the new machine, or a pattern of names', required: true}),
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...; none: where it lies'}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    linked: Flags.boolean({description: 'write only what differs; the machine becomes a template that is not started'}),
    mac: newFlags.mac,
    ip: Flags.string({description: 'address of the guest, for the inventory', helpValue: 'ADDRESS'}),
    uuid: newFlags.uuid,
    'ssh-key': newFlags['ssh-key'],
    'user-data': newFlags['user-data'],
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Clone)
    const [machine, names = '', ...hosts] = argv.map(String)
    const input = {
      ...hostsInput(flags, hosts),
      ...{machine, names, linked: flags.linked, mac: flags.mac, ip: flags.ip, uuid: flags.uuid},
      ...{keyFiles: flags['ssh-key'], userDataFile: flags['user-data'], maxAge: flags['max-age']},
    }
    await this.withHosts(flags, (context) => cloneMachines(input, context))
  }
}
