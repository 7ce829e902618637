import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {changeMedia} from '../src/app/console/touch-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Media extends BaseCommand {
  static override summary = 'list and change what lies in the CD and floppy drives of a running machine'
  static override description =
    'insert takes a file of the host by its absolute path, and takes out what lies there. A guest may have locked its drive: eject it there first, or --force. MACHINE as with start; without --on it is asked where it runs.'
  static override examples = [
    '<%= config.bin %> media web01 list',
    '<%= config.bin %> media web01 insert /iso/disc2.iso',
    '<%= config.bin %> media web01 eject --drive ide1-cd0',
  ]
  static override strict = false
  static override args = {
    machine: oneMachineArgs.machine,
    how: Args.string({ignoreStdin: true, description: 'list, insert or eject', required: true}),
    file: Args.string({ignoreStdin: true, description: 'of insert: absolute path on the host'}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    ...onFlag,
    drive: Flags.string({
      description: 'where there are several; ctys media MACHINE list has their names',
      helpValue: 'NAME',
    }),
    format: Flags.string({description: 'of the file, as QEMU names it', default: 'raw', helpValue: 'NAME'}),
    force: Flags.boolean({description: 'eject although the guest has locked it'}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Media)
    const [machine = '', how = '', file, ...more] = argv.map(String)
    if (more.length > 0) this.error(`one file at a time, and ${more.join(' ')} is more`, {exit: 2})
    const {drive, format, force} = flags
    const words = {...oneMachineWords(flags, [machine]), how, file, drive, format, force}
    await this.withHosts(flags, (context) => changeMedia(words, context))
  }
}
