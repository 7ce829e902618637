import {HowCommand} from '../src/cli/base/how-command.js'

export default class Pause extends HowCommand {
  static override summary = 'halt a running virtual machine where it is'
  static override description =
    'Its processors stop, nothing is saved; ctys resume lets it go on. MACHINE as with start; without a host it is done where the machine runs. The same as: ctys stop --how pause.'
  static override examples = ['<%= config.bin %> pause web01', '<%= config.bin %> pause web01 admin@host1']

  async run(): Promise<void> {
    await this.runHow('pause', 0)
  }
}
