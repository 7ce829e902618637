import * as Args from '@oclif/core/args'
import {sendKeys} from '../src/app/console/touch-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Keys extends BaseCommand {
  static override summary = 'press keys on the keyboard of a running machine'
  static override description =
    'One stroke a word: keys that are held together are joined by -. Keys have the names of QEMU (ret, esc, f1, kp_5, meta_l) and their usual ones (enter, del, pageup). For text see ctys type.'
  static override examples = [
    '<%= config.bin %> keys web01 ctrl-alt-del',
    '<%= config.bin %> keys web01 --on h2 down down ret',
  ]
  static override strict = false
  static override args = {
    machine: oneMachineArgs.machine,
    strokes: Args.string({ignoreStdin: true, description: 'keys, such as ctrl-alt-f2, one stroke after the other'}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    ...onFlag,
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Keys)
    const [machine = '', ...strokes] = argv.map(String)
    if (strokes.length === 0) this.error('name the keys, such as ctrl-alt-del', {exit: 2})
    const base = oneMachineWords(flags, [machine])
    await this.withHosts(flags, (context) => sendKeys({...base, strokes}, context))
  }
}
