import * as Flags from '@oclif/core/flags'
import {attachConsole} from '../src/app/console/attach-console.js'
import {openConsoles} from '../src/app/console/open-consoles.js'
import {BaseCommand} from '../src/cli/base/base-command.js'
import {createConsoleClient} from '../src/cli/console/console-client.js'
import {openConsoleLog} from '../src/cli/console/console-log.js'
import {ignoredSignals} from '../src/cli/console/ignored-signals.js'
import {scriptOf} from '../src/cli/console/script-of.js'
import {againFlags, areSeveral} from '../src/cli/console/several-consoles.js'
import {createTmuxWindows} from '../src/cli/console/tmux.js'
import {whoIsHere} from '../src/cli/console/who-is-here.js'
import {type HostFlags, hostFlags, oneMachineArgs, refreshFlags} from '../src/cli/flags/flags.js'
import {oneMachineWords} from '../src/cli/flags/input.js'

export default class Console extends BaseCommand {
  static override summary = 'attach this terminal to the serial console of a running machine'
  static override description =
    'Through the session to its host, with no port opened. The console is proven to be that of the machine by its own monitor, and nothing is typed before QEMU has taken this connection: a console has one user at a time. Leave with Enter ~ . ; ~? lists what else there is. MACHINE as with start; without a host it is looked for where it runs. A pattern, a @group or --tile opens several, each in a window or tile of tmux.'
  static override examples = [
    '<%= config.bin %> console web01',
    '<%= config.bin %> console web01 h2 --wait --log web01.log',
    '<%= config.bin %> console web01 --watch',
    '<%= config.bin %> console @lab --tile',
    `<%= config.bin %> console web01 --send 'root\\n' --expect 'Password:' --timeout 20`,
  ]
  static override strict = false
  static override args = oneMachineArgs
  static override flags = {
    ...hostFlags,
    ...refreshFlags,
    watch: Flags.boolean({description: 'follow the log that QEMU keeps of it, beside whoever is attached'}),
    'read-only': Flags.boolean({description: 'attach, and type nothing'}),
    take: Flags.boolean({description: 'whoever is on it is asked to let go, when it is ctys'}),
    force: Flags.boolean({
      description: 'with --take: end a client that is not ctys; never an ssh session',
      dependsOn: ['take'],
    }),
    coupled: Flags.boolean({description: 'the machine ends with this console, however it ends'}),
    reconnect: Flags.boolean({description: 'every other ctys at the machine is asked to let go', hidden: true}),
    'ignore-signals': Flags.string({description: 'these signals do nothing', default: 'off', hidden: true}),
    tile: Flags.boolean({description: 'several machines in one window of tmux'}),
    wait: Flags.boolean({description: 'wait for a machine that does not run yet'}),
    escape: Flags.string({description: 'escape character, or none', default: '~', helpValue: 'CHAR'}),
    resize: Flags.boolean({description: 'tell the guest the size of this terminal (types stty rows R cols C)'}),
    log: Flags.string({description: 'append what it prints, with the time of each line', helpValue: 'FILE'}),
    send: Flags.string({description: 'type this, with \\n \\r \\t \\e \\xHH, and leave', helpValue: 'TEXT'}),
    expect: Flags.string({description: 'leave once this is seen: 0, or 1 with NOT_SEEN', helpValue: 'REGEX'}),
    timeout: Flags.integer({description: 'seconds to wait for --expect', default: 60, min: 1, max: 86_400}),
  }

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(Console)
    const {watch, wait, log: file, escape: character} = flags
    if (character !== 'none' && !/^[!-~]$/.test(character))
      this.error('--escape: one ASCII character, or none', {exit: 2})
    if (watch && flags.take) this.error('--watch takes nothing from anybody', {exit: 2})
    if ([watch, flags['read-only'], flags.send !== undefined].filter(Boolean).length > 1) {
      this.error('--watch, --read-only and --send exclude each other', {exit: 2})
    }
    if (flags.coupled && (watch || flags['read-only'])) this.error('--coupled: only for who may type', {exit: 2})
    const ignores = ignoredSignals(flags['ignore-signals'])
    if (ignores === undefined) this.error('--ignore-signals: numbers, or off', {exit: 2})
    const words = argv.map(String)
    if (flags.tile || areSeveral(words)) return this.#several(words, flags)
    const script = scriptOf(flags)
    if (typeof script === 'string') this.error(script, {exit: 2})
    const log =
      file === undefined
        ? undefined
        : await openConsoleLog(file).catch((error: Error) => this.error(`--log: ${error.message}`, {exit: 2}))
    const reconnect = process.stdin.isTTY === true && script === undefined && !flags.coupled
    const story = {
      ...oneMachineWords(flags, words),
      mode: watch ? ('watch' as const) : flags['read-only'] ? ('read' as const) : ('attach' as const),
      ...takeOf(flags),
      ...(flags.coupled && {coupled: true as const}),
      who: whoIsHere(),
      wait,
      reconnect,
      tell: (text: string) => process.stderr.write(`${text}\n`),
    }
    const client = {
      character: character === 'none' ? undefined : character,
      resize: flags.resize,
      returns: reconnect,
      ...(log !== undefined && {log}),
      ...(script !== undefined && {script}),
    }
    try {
      await this.withHosts(flags, (context) => attachConsole(story, context), {
        console: (alone) => createConsoleClient({...client, alone}),
        ignores,
      })
    } finally {
      await log?.close()
    }
  }

  /** Each by a ctys of its own, in tmux. */
  async #several(words: readonly string[], flags: SeveralFlags): Promise<void> {
    const alone = ['send', 'expect', 'log', 'coupled'] as const
    const refused = alone
      .filter((name) => flags[name] !== undefined && flags[name] !== false)
      .map((name) => `--${name}`)
    if (refused.length > 0) this.error(`${refused.join(' and ')}: for one machine at a time`, {exit: 2})
    const again = againFlags(flags)
    const windows = createTmuxWindows({
      tile: flags.tile,
      argv: ({machine, host}) => [process.execPath, process.argv[1] ?? '', 'console', ...again, machine, host],
    })
    const {type, login, 'dry-run': dryRun} = flags
    const asked = {type, words, dryRun, who: whoIsHere(), ...(login !== undefined && {user: login})}
    await this.withHosts(flags, (context) => openConsoles(asked, context), {windows})
  }
}

function takeOf({take, force, reconnect}: {readonly [F in 'take' | 'force' | 'reconnect']: boolean}) {
  if (force) return {take: 'force'} as const
  if (reconnect) return {take: 'clients'} as const
  return take ? ({take: 'ask'} as const) : {}
}

type SeveralFlags = HostFlags &
  Parameters<typeof againFlags>[0] & {
    readonly tile: boolean
    readonly coupled: boolean
    readonly send?: string | undefined
    readonly expect?: string | undefined
    readonly log?: string | undefined
  }
