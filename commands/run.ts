import * as Args from '@oclif/core/args'
import {mistypedCommand, refuseMistyped} from '../src/app/run/refuse-mistyped.js'
import {refuseTool} from '../src/app/run/refuse-tool.js'
import {runClassic} from '../src/app/run/run-classic.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {createConsoleClients} from '../src/cli/console/console-clients.js'
import {createHostDisplays} from '../src/cli/console/host-displays.js'
import {againFlags} from '../src/cli/console/several-consoles.js'
import {readClassic} from '../src/cli/entry/read-classic.js'
import {classicFlags} from '../src/cli/flags/classic-flags.js'
import {commonFlags, connectionFlags, hostFlags, startFlags} from '../src/cli/flags/flags.js'

/** What is left to oclif when the options of one letter are read. */
const ownFlags = {...commonFlags, ...connectionFlags, 'dry-run': hostFlags['dry-run'], ...startFlags}

export default class Run extends BaseCommand {
  static override summary = 'the classic call: ctys [-t TYPE] -a ACTION[=SUBOPTIONS] [user@]host...'
  static override description =
    'One action on every host named; no host means this machine. The word run may be left out. ' +
    'Actions: create, cancel, list, enumerate, info. <%= config.bin %> help classic has the grammar.'
  static override examples = [
    'ctys -t qemu -a create=l:web01,reuse admin@host1 admin@host2',
    'ctys -t qemu -a cancel=l:web01,poweroff:60 host1',
    'ctys -a list host1 host2',
  ]
  static override strict = false
  static override args = {targets: Args.string({ignoreStdin: true, description: '[user@]host[:port] ...'})}
  static override flags = {...ownFlags, ...classicFlags}

  async run(): Promise<void> {
    const classic = readClassic(this.argv, ownFlags)
    const {call, words} = classic
    const own = await this.parseRest(words, ownFlags)
    const faults = [...classic.faults, ...own.faults]
    const {first} = classic
    const commands = this.#commands()
    const {letters, action} = call.options
    const isBare = action === undefined
    if (isBare && first !== undefined && commands.includes(first)) {
      this.error(`${first} is a command, and a command stands before its options\nfor a host of that name: -a list`, {
        exit: 2,
      })
    }
    const verbose = own.flags.verbose || letters.v !== undefined || letters.V !== undefined
    const useCase: Parameters<typeof this.withHosts>[1] = async (context) => {
      const mistyped = isBare && classic.mayBeCommand && letters.t === undefined && letters.T === undefined
      // its options are not those of ctys
      if (isBare && first !== undefined) await refuseTool(first, context)
      if (mistyped && first !== undefined && faults.length === 0) await refuseMistyped(first, commands, context)
      return runClassic(
        {
          call,
          faults: [...faults, ...(mistyped && faults.length > 0 ? this.#mistyped(first) : [])],
          ignored: classic.ignored,
          notOn: own.flags['not-on'],
          allowVncNetwork: own.flags['allow-vnc-network'],
        },
        context,
      )
    }
    const self = [process.execPath, process.argv[1] ?? '']
    const sshConfig = own.flags['ssh-config']
    const clients: Parameters<typeof this.withHosts>[2] = {
      displays: createHostDisplays(sshConfig),
      clients: (alone, ignore) =>
        createConsoleClients({
          ...{self, again: againFlags(own.flags), sshConfig},
          alone,
          ignore,
        }),
    }
    await this.withHosts({...own.flags, verbose}, useCase, {classic: true, ...clients})
  }

  /** An option that the classic call does not have may be that of a mistyped command. */
  #mistyped(first = ''): readonly string[] {
    const mistyped = mistypedCommand(first, this.#commands())
    return mistyped === undefined ? [] : [mistyped]
  }

  #commands(): readonly string[] {
    return this.config.commandIDs.map((id) => id.split(':')[0] ?? id)
  }
}
