import {HowCommand} from '../src/cli/base/how-command.js'

export default class Reboot extends HowCommand {
  static override summary = 'let a virtual machine start anew'
  static override description =
    'The guest is asked to shut down and is started anew by its hypervisor. MACHINE as with start; without a host it is done where the machine runs. The same as: ctys stop --how reboot.'
  static override examples = ['<%= config.bin %> reboot web01', '<%= config.bin %> reboot web01 admin@host1']

  async run(): Promise<void> {
    await this.runHow('reboot', 120_000)
  }
}
