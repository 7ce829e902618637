import * as Flags from '@oclif/core/flags'
import {runStart} from '../src/app/run/run-command.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {machineArgs} from '../src/cli/flags/flags.js'
import {upFlags, upWords} from '../src/cli/flags/start-flags.js'

export default class Start extends BaseCommand {
  static override summary = 'start a virtual machine'
  static override description =
    "MACHINE is a label, a pattern of labels ('web0*'), the path of a configuration file or a machine address such as " +
    'u:UUID,b:/vm; several may be given, or --where says which. A further word that is a label of the inventory is a ' +
    'machine, any other one a host. ' +
    'Without a host the machine is started where the inventory says it lies; of several hosts that see its disk, on ' +
    'the one where the fewest machines run. It is never started while it runs, or may run, on another of them.'
  static override examples = [
    '<%= config.bin %> start web01',
    '<%= config.bin %> start web01 admin@host1 admin@host2 --reuse',
    "<%= config.bin %> start web02 web03 'db0*'",
    '<%= config.bin %> start --where os=debian host1',
    '<%= config.bin %> start m:00:50:56:13:11:33 host1 --console vnc',
  ]
  static override strict = false
  static override args = machineArgs
  static override flags = {
    ...upFlags,
    reuse: Flags.boolean({description: 'a machine that runs already is fine', exclusive: ['connect', 'resume']}),
    connect: Flags.boolean({description: 'the machine must be running already', exclusive: ['reuse', 'resume']}),
    resume: Flags.boolean({
      description: 'let a paused machine go on, start a suspended one from what was saved',
      exclusive: ['reuse', 'connect'],
    }),
    // named as exclusive, it would leave empty alternatives in oclif's usage
    steps: Flags.boolean({
      description: 'type on its serial console what its configuration says (STEP0, STEP1 ...; ctys help machines)',
    }),
    step: Flags.string({
      description: 'type this once WAIT was seen there; may be repeated',
      helpValue: "'WAIT => TYPE'",
      multiple: true,
      multipleNonGreedy: true,
    }),
    foreign: Flags.boolean({
      description: 'a machine that another manager owns (libvirt, Proxmox ...) is started by its command',
    }),
    discard: Flags.boolean({description: 'throw away what was saved of a suspended machine'}),
    cost: Flags.option({
      char: 'c',
      description: 'without a host, choose by what runs there',
      options: ['mincnt', 'maxcnt'] as const,
      default: 'mincnt' as const,
    })(),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Start)
    if (flags.discard && (flags.connect || flags.resume)) {
      this.error('--discard starts it anew; not with --connect or --resume', {exit: 2})
    }
    const mode = flags.reuse ? 'reuse' : flags.connect ? 'connect' : flags.resume ? 'resume' : 'new'
    const {steps, step, discard, cost, foreign} = flags
    const words = {...upWords(flags, argv.map(String)), mode, steps, step, discard, cost, foreign} as const
    await this.withHosts(flags, (context) => runStart(words, context))
  }
}
