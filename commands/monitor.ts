import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {askMonitor} from '../src/app/console/touch-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Monitor extends BaseCommand {
  static override summary = 'put a command to the QEMU monitor of a running machine'
  static override description =
    'The answer is printed as QEMU gives it. A line of the human monitor, several words are joined; or a command of QMP with --qmp. MACHINE as with start; without --on it is asked where it runs. The monitor is proven to be the one of that machine before anything is said to it.'
  static override examples = [
    '<%= config.bin %> monitor web01 info status',
    '<%= config.bin %> monitor web01 --on h2 --qmp query-block',
    `<%= config.bin %> monitor web01 --qmp '{"execute": "qom-list", "arguments": {"path": "/"}}'`,
  ]
  static override strict = false
  static override args = {
    machine: oneMachineArgs.machine,
    command: Args.string({ignoreStdin: true, description: 'a command of the human monitor'}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    ...onFlag,
    qmp: Flags.string({description: 'a command of QMP, as JSON or by its name', helpValue: 'JSON'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Monitor)
    const [machine = '', ...words] = argv.map(String)
    const {qmp} = flags
    if (words.length > 0 === (qmp !== undefined)) this.error('give a command of the monitor, or --qmp', {exit: 2})
    const base = oneMachineWords(flags, [machine])
    const asked = qmp === undefined ? {line: words.join(' ')} : {qmp}
    await this.withHosts(flags, (context) => askMonitor({...base, ...asked}, context))
  }
}
