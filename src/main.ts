import {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import {CLIError} from '@oclif/core/errors'
import {flush} from '@oclif/core/flush'
import {handle} from '@oclif/core/handle'
import type * as Interfaces from '@oclif/core/interfaces'
import {run} from '@oclif/core/run'
import {tolerateClosedPipes} from './cli/base/closed-pipes.js'
import {expectReport} from './cli/base/expect-report.js'
import {print} from './cli/base/print.js'
import {styleOfWords} from './cli/base/style-of.js'
import {classicHelp} from './cli/entry/classic-help.js'
import {expandArgv} from './cli/entry/expand-argv.js'
import {unknownSecondWord} from './cli/entry/oclif-words.js'
import {type KnownFlags, routeArgv} from './cli/entry/route-argv.js'
import {UsageError} from './domain/errors.js'
import {renderError} from './report/shared/render-error.js'

/** Made when ctys is built. */
export {helpTexts} from './cli/manual/help-texts.js'
export {manualPages} from './cli/manual/manual-pages.js'

type CommandClass = Command.Class

/** One entry a command, named as oclif has them; a module is loaded when its command is called. A test compares them with commands/. */
const modules: Readonly<Record<string, () => Promise<{readonly default: CommandClass}>>> = {
  adopt: () => import('../commands/adopt.js'),
  autostart: () => import('../commands/autostart.js'),
  clone: () => import('../commands/clone.js'),
  completion: () => import('../commands/completion.js'),
  compress: () => import('../commands/compress.js'),
  console: () => import('../commands/console.js'),
  'create-conf-vm': () => import('../commands/create-conf-vm.js'),
  'extract-arp': () => import('../commands/extract-arp.js'),
  'extract-mac': () => import('../commands/extract-mac.js'),
  find: () => import('../commands/find.js'),
  forget: () => import('../commands/forget.js'),
  forward: () => import('../commands/forward.js'),
  groups: () => import('../commands/groups.js'),
  guests: () => import('../commands/guests.js'),
  help: () => import('../commands/help.js'),
  images: () => import('../commands/images.js'),
  'inventory:check': () => import('../commands/inventory/check.js'),
  'inventory:convert': () => import('../commands/inventory/convert.js'),
  'inventory:edit': () => import('../commands/inventory/edit.js'),
  'inventory:export': () => import('../commands/inventory/export.js'),
  'inventory:merge': () => import('../commands/inventory/merge.js'),
  keys: () => import('../commands/keys.js'),
  list: () => import('../commands/list.js'),
  macmap: () => import('../commands/macmap.js'),
  media: () => import('../commands/media.js'),
  monitor: () => import('../commands/monitor.js'),
  'net:apply': () => import('../commands/net/apply.js'),
  'net:down': () => import('../commands/net/down.js'),
  'net:graph': () => import('../commands/net/graph.js'),
  'net:trace': () => import('../commands/net/trace.js'),
  'net:plan': () => import('../commands/net/plan.js'),
  'net:status': () => import('../commands/net/status.js'),
  'net:up': () => import('../commands/net/up.js'),
  'net:confirm': () => import('../commands/net/confirm.js'),
  'net:move': () => import('../commands/net/move.js'),
  'net:pending': () => import('../commands/net/pending.js'),
  'net:undo': () => import('../commands/net/undo.js'),
  new: () => import('../commands/new.js'),
  pause: () => import('../commands/pause.js'),
  probe: () => import('../commands/probe.js'),
  reboot: () => import('../commands/reboot.js'),
  remove: () => import('../commands/remove.js'),
  resize: () => import('../commands/resize.js'),
  restart: () => import('../commands/restart.js'),
  resume: () => import('../commands/resume.js'),
  run: () => import('../commands/run.js'),
  scan: () => import('../commands/scan.js'),
  screenshot: () => import('../commands/screenshot.js'),
  'setup-vde': () => import('../commands/setup-vde.js'),
  set: () => import('../commands/set.js'),
  show: () => import('../commands/show.js'),
  snapshot: () => import('../commands/snapshot.js'),
  ssh: () => import('../commands/ssh.js'),
  start: () => import('../commands/start.js'),
  stop: () => import('../commands/stop.js'),
  suspend: () => import('../commands/suspend.js'),
  type: () => import('../commands/type.js'),
  vdbgen: () => import('../commands/vdbgen.js'),
  vhost: () => import('../commands/vhost.js'),
  vnc: () => import('../commands/vnc.js'),
  why: () => import('../commands/why.js'),
}

/** What stands in oclif's table for a command whose name alone counts. */
class NotLoaded extends Command {
  async run(): Promise<void> {}
}

/** The explicit command table oclif reads (package.json, oclif.commands): of those that a call may be about. */
export const COMMANDS: Record<string, CommandClass> = {}

/**
 * Puts the commands of these names into the table, all of them where none are given. A classic call tells a word that
 * is nearly a command, so the others have their names there; else oclif has nothing to do with them.
 */
export async function loadCommands(ids: readonly string[] = Object.keys(modules)): Promise<typeof COMMANDS> {
  const loaded = await Promise.all(ids.map(async (id) => [id, await modules[id]?.()] as const))
  for (const id of ids.includes('run') ? Object.keys(modules) : []) COMMANDS[id] = NotLoaded
  for (const [id, module] of loaded) if (module !== undefined) COMMANDS[id] = module.default
  return COMMANDS
}

/** Those that the words may be about: for help every one, else what is named, and the classic call where no command is first. */
function namedIn(argv: readonly string[]): readonly string[] {
  const ids = Object.keys(modules)
  const [first = '--help'] = argv
  if (['help', 'completion', '-h', '-H', '--help'].includes(first)) return ids
  const topicOf = (id: string) => id.split(':')[0] ?? id
  const called = ids.filter((id) => topicOf(id) === first)
  return called.length > 0 ? called : ['run', ...ids.filter((id) => argv.includes(topicOf(id)))]
}

/** Hands the words to oclif; `root` is the folder of package.json. Sets the exit status, prints every error. */
export async function main(argv: readonly string[], root: string): Promise<void> {
  tolerateClosedPipes()
  const settled = expectReport(argv)
  try {
    const usage = classicHelp(argv, Object.keys(modules))
    if (usage !== undefined) {
      process.exitCode = 0
      process.stdout.write(usage)
      return
    }
    await loadCommands(namedIn(argv))
    const config = await Config.load({root, devPlugins: false, userPlugins: false})
    const routed = routeArgv(argv, knownFlags())
    await run([...(await expandArgv(routed, valuedFlags(routed[0])))], config)
    settled()
    // never comes to an end where stdout cannot be written
    await flush()
  } catch (error) {
    // the word is no command; commands tell their own errors
    const isUnknown = error instanceof CLIError && error.oclif.exit === 2
    if (isUnknown || error instanceof UsageError) {
      const fault = unknownSecondWord(argv, Object.keys(modules)) ?? error.message
      const usage = isUnknown ? new UsageError([fault], 'ctys --help') : error
      print(renderError(usage, styleOfWords(argv)))
      return
    }
    await handle(error instanceof Error ? error : new Error(String(error)))
  } finally {
    settled()
  }
}

/** `-a` and `--action` of that command, and whatever else takes a value. */
function valuedFlags(id = ''): readonly string[] {
  return [...(knownFlags().get(id)?.valued ?? [])]
}

function knownFlags(): ReadonlyMap<string, KnownFlags> {
  return new Map(Object.entries(COMMANDS).map(([id, {flags}]) => [id, readFlags(Object.entries(flags ?? {}))]))
}

function readFlags(flags: readonly (readonly [string, Interfaces.Flag<unknown>])[]): KnownFlags {
  const namesOf = (wanted: 'option' | 'boolean') =>
    new Set(
      flags.flatMap(([name, {type, char, charAliases = []}]) =>
        type === wanted
          ? [`--${name}`, ...[char, ...charAliases].flatMap((letter) => (letter === undefined ? [] : [`-${letter}`]))]
          : [],
      ),
    )
  return {valued: namesOf('option'), bare: namesOf('boolean')}
}
