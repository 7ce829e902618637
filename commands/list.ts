import {Args} from '@oclif/core'
import {runList} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {everyTypeFlag, hostFlags} from '../src/cli/flags/flags.js'
import {todayWords} from '../src/cli/flags/words.js'

export default class List extends BaseCommand {
  static override summary = 'show the virtual machines that run on the hosts'
  static override examples = ['<%= config.bin %> list admin@host1 host2', '<%= config.bin %> list --json host1']
  static override strict = false
  static override args = {
    hosts: Args.string({ignoreStdin: true, description: '[user@]host[:port] or @group ...; none means this machine'}),
  }
  static override flags = {...hostFlags, ...everyTypeFlag}

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(List)
    await this.withHosts(flags, (context, style) => runList(todayWords(flags, argv.map(String)), context, style))
  }
}
