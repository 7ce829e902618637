import {Args} from '@oclif/core'
import {BaseCommand} from '../src/cli/base-command.js'
import {findOffline} from '../src/cli/find-offline.js'
import {commonFlags} from '../src/cli/flags.js'

export default class Find extends BaseCommand {
  static override summary = 'ask the inventory; works offline'
  static override description =
    'Every word must occur in the record of a machine: label, host, UUID, MAC, IP, path, OS ...'
  static override examples = [
    '<%= config.bin %> find web01',
    '<%= config.bin %> find debian host1',
    '<%= config.bin %> find --json web01',
  ]
  static override strict = false
  static override args = {
    words: Args.string({ignoreStdin: true, description: 'words to look for; none shows everything'}),
  }
  static override flags = commonFlags

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Find)
    await findOffline({words: argv.map(String), ...flags})
  }
}
