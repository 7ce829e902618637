import {Args, Flags} from '@oclif/core'
import {mistypedCommand, refuseMistyped} from '../src/app/run/refuse-mistyped.js'
import {runClassic} from '../src/app/run/run-classic.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {hostFlags, startFlags} from '../src/cli/flags/flags.js'

export default class Run extends BaseCommand {
  static override summary = 'the classic call: ctys [-t TYPE] -a ACTION[=SUBOPTIONS] [user@]host...'
  static override description =
    'One action on every host named; no host means this machine. The word run may be left out. ' +
    'Actions: create, cancel, list, enumerate, info. <%= config.root %>/docs/command-line.md has the grammar.'
  static override examples = [
    'ctys -t qemu -a create=l:web01,reuse admin@host1 admin@host2',
    'ctys -t qemu -a cancel=l:web01,poweroff:60 host1',
    'ctys -a list host1 host2',
  ]
  static override strict = false
  static override args = {targets: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'})}
  static override flags = {
    ...hostFlags,
    action: Flags.string({char: 'a', description: 'what to do', helpValue: 'ACTION[=SUBOPTIONS]', default: 'list'}),
    types: Flags.string({char: 'T', description: 'as -t; one type for now', helpValue: 'TYPE'}),
    'use-inventory': Flags.string({char: 'c', description: 'off, on or on,only', helpValue: 'SPEC'}),
    ...startFlags,
    'verbose-talk': Flags.boolean({char: 'v', description: 'as --verbose; alone: the version'}),
    'verbose-more': Flags.boolean({char: 'V', description: 'as -v', hidden: true}),
    background: Flags.string({
      char: 'b',
      description: 'accepted for old calls; hosts always run in parallel',
      hidden: true,
    }),
    'result-cache': Flags.string({
      char: 'C',
      description: 'accepted for old calls; there is no result cache',
      hidden: true,
    }),
    ambiguous: Flags.string({char: 'A', description: 'accepted for old calls', hidden: true}),
  }

  async run(): Promise<void> {
    const {flags, argv, metadata} = await this.parse(Run)
    const [first] = argv.map(String)
    const commands = this.#commands()
    const isBare = metadata.flags.action?.setFromDefault === true
    const hasType = metadata.flags.type?.setFromDefault !== true || flags.types !== undefined
    if (isBare && first !== undefined && commands.includes(first)) {
      this.error(`${first} is a command, and a command stands before its options\nfor a host of that name: -a list`, {
        exit: 2,
      })
    }
    const verbose = flags.verbose || flags['verbose-talk'] || flags['verbose-more']
    await this.withHosts(
      {...flags, verbose},
      async (context) => {
        if (isBare && !hasType && first !== undefined) await refuseMistyped(first, commands, context)
        return runClassic(
          {
            type: flags.types ?? flags.type,
            action: flags.action,
            targets: argv.map(String),
            dryRun: flags['dry-run'],
            notOn: flags['not-on'],
            allowVncNetwork: flags['allow-vnc-network'],
            ...(flags.login !== undefined && {user: flags.login}),
            ...(flags['use-inventory'] !== undefined && {inventoryUse: flags['use-inventory']}),
          },
          context,
        )
      },
      {classic: true},
    )
  }

  /** An option that the classic call does not have may be that of a mistyped command. */
  protected override async catch(error: Error): Promise<void> {
    const mistyped = mistypedCommand(this.argv[0] ?? '', this.#commands())
    if (mistyped !== undefined) error.message += `\n${mistyped}`
    await super.catch(error)
  }

  #commands(): readonly string[] {
    return this.config.commandIDs.map((id) => id.split(':')[0] ?? id)
  }
}
