import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {listMachines} from '../src/app/list/list-machines.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {everyTypeFlag, hostFlags} from '../src/cli/flags/flags.js'
import {hostsInput} from '../src/cli/flags/input.js'

export default class List extends BaseCommand {
  static override summary = 'show the virtual machines of the hosts and whether they run'
  static override description =
    'What is recorded and off, what runs, what others run, and what is not known because its host does not answer. ' +
    'No host means every host of the inventory (@all), and this machine while the inventory is empty.'
  static override examples = [
    '<%= config.bin %> list',
    '<%= config.bin %> list admin@host1 host2',
    '<%= config.bin %> list --running --json host1',
  ]
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means @all'}),
  }
  static override flags = {
    ...hostFlags,
    ...everyTypeFlag,
    running: Flags.boolean({description: 'only what runs'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(List)
    const words = {...hostsInput(flags, argv.map(String)), running: flags.running}
    await this.withHosts(flags, (context) => listMachines(words, context))
  }
}
