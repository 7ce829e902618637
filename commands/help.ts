import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {printTopic} from '../src/cli/manual/print-topic.js'
import {topics} from '../src/cli/manual/topics.js'

export default class Help extends BaseCommand {
  static override summary = 'show the help of a command, or what is known of a topic'
  static override description =
    `Topics: ${Object.keys(topics).join(', ')}. The same stands in man pages: man ctys, man ctys-start, man ctys-query.`
  static override examples = ['<%= config.bin %> help stop', '<%= config.bin %> help query']
  static override args = {topic: Args.string({ignoreStdin: true, description: 'a command, or a topic'})}

  static override flags = {
    json: Flags.boolean({description: 'accepted as everywhere; a text has no JSON', hidden: true}),
    yaml: Flags.boolean({description: 'accepted as everywhere; a text has no YAML', hidden: true}),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Help)
    await printTopic(args.topic ?? '', this.config.root, this.config.commandIDs)
  }
}
