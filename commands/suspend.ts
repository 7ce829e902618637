import {HowCommand} from '../src/cli/base/how-command.js'

export default class Suspend extends HowCommand {
  static override summary = 'save the state of a virtual machine and end it'
  static override description =
    'What runs in it is saved into its image; ctys resume starts it from there. MACHINE as with start; without a host it is done where the machine runs. The same as: ctys stop --how suspend.'
  static override examples = ['<%= config.bin %> suspend web01', '<%= config.bin %> suspend web01 admin@host1']

  async run(): Promise<void> {
    await this.runHow('suspend', 0)
  }
}
