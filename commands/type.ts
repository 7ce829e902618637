import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {type LayoutName, layoutNames, typeText} from '../src/app/console/touch-machine.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, oneMachineArgs, onFlag, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Type extends BaseCommand {
  static override summary = 'type text on the keyboard of a running machine'
  static override description =
    'What is typed is what the guest makes of the keys: name the layout it has. A line end is the enter key. A text that must not stand in the process table is read from standard input with -.'
  static override examples = [
    `<%= config.bin %> type web01 'root'`,
    `<%= config.bin %> type web01 --layout de 'ls -l /etc' --enter`,
    '<%= config.bin %> type web01 - < answers.txt',
  ]
  static override args = {
    machine: oneMachineArgs.machine,
    text: Args.string({ignoreStdin: true, description: 'the text; - reads standard input', required: true}),
  }
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    ...onFlag,
    layout: Flags.string({description: 'keyboard of the guest', options: [...layoutNames], default: 'us'}),
    enter: Flags.boolean({description: 'then the enter key'}),
  }

  async run(): Promise<void> {
    const {flags, args} = await this.parse(Type)
    const typed = args.text === '-' ? await readInput() : args.text
    const text = flags.enter ? `${typed}\n` : typed
    const base = oneMachineWords(flags, [args.machine])
    const layout = flags.layout as LayoutName
    await this.withHosts(flags, (context) => typeText({...base, text, layout}, context))
  }
}

/** Far more than anybody types. */
const maxBytes = 64 * 1024

async function readInput(): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > maxBytes) throw new Error(`standard input: more than ${maxBytes} bytes`)
  }
  return Buffer.concat(chunks).toString()
}
