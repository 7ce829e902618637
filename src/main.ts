import {Config, Errors, flush, handle, type Interfaces, run} from '@oclif/core'
import Completion from '../commands/completion.js'
import Console from '../commands/console.js'
import ExtractArp from '../commands/extract-arp.js'
import ExtractMac from '../commands/extract-mac.js'
import Find from '../commands/find.js'
import Forget from '../commands/forget.js'
import Groups from '../commands/groups.js'
import Help from '../commands/help.js'
import Images from '../commands/images.js'
import InventoryCheck from '../commands/inventory/check.js'
import InventoryConvert from '../commands/inventory/convert.js'
import InventoryEdit from '../commands/inventory/edit.js'
import InventoryExport from '../commands/inventory/export.js'
import InventoryMerge from '../commands/inventory/merge.js'
import Keys from '../commands/keys.js'
import List from '../commands/list.js'
import Macmap from '../commands/macmap.js'
import Media from '../commands/media.js'
import Monitor from '../commands/monitor.js'
import New from '../commands/new.js'
import Pause from '../commands/pause.js'
import Probe from '../commands/probe.js'
import Reboot from '../commands/reboot.js'
import Remove from '../commands/remove.js'
import Resize from '../commands/resize.js'
import Restart from '../commands/restart.js'
import Resume from '../commands/resume.js'
import Run from '../commands/run.js'
import Scan from '../commands/scan.js'
import Screenshot from '../commands/screenshot.js'
import Show from '../commands/show.js'
import Snapshot from '../commands/snapshot.js'
import Start from '../commands/start.js'
import Stop from '../commands/stop.js'
import Suspend from '../commands/suspend.js'
import Type from '../commands/type.js'
import Vdbgen from '../commands/vdbgen.js'
import Vhost from '../commands/vhost.js'
import Vnc from '../commands/vnc.js'
import Why from '../commands/why.js'
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
export {manualPages} from './cli/manual/manual-pages.js'

/** The explicit command table oclif reads (package.json, oclif.commands); a test compares it with commands/. */
export const COMMANDS = {
  completion: Completion,
  console: Console,
  'extract-arp': ExtractArp,
  'extract-mac': ExtractMac,
  find: Find,
  forget: Forget,
  groups: Groups,
  help: Help,
  images: Images,
  'inventory:check': InventoryCheck,
  'inventory:convert': InventoryConvert,
  'inventory:edit': InventoryEdit,
  'inventory:export': InventoryExport,
  'inventory:merge': InventoryMerge,
  keys: Keys,
  list: List,
  macmap: Macmap,
  new: New,
  media: Media,
  monitor: Monitor,
  pause: Pause,
  probe: Probe,
  reboot: Reboot,
  restart: Restart,
  remove: Remove,
  resize: Resize,
  resume: Resume,
  run: Run,
  scan: Scan,
  screenshot: Screenshot,
  show: Show,
  snapshot: Snapshot,
  start: Start,
  stop: Stop,
  suspend: Suspend,
  type: Type,
  vdbgen: Vdbgen,
  vhost: Vhost,
  vnc: Vnc,
  why: Why,
}

/** Hands the words to oclif; `root` is the folder of package.json. Sets the exit status, prints every error. */
export async function main(argv: readonly string[], root: string): Promise<void> {
  tolerateClosedPipes()
  const settled = expectReport(argv)
  try {
    const usage = classicHelp(argv, Object.keys(COMMANDS))
    if (usage !== undefined) {
      process.exitCode = 0
      process.stdout.write(usage)
      return
    }
    const config = await Config.load({root, devPlugins: false, userPlugins: false})
    const routed = routeArgv(argv, knownFlags())
    await run([...(await expandArgv(routed, valuedFlags(routed[0])))], config)
    settled()
    // never comes to an end where stdout cannot be written
    await flush()
  } catch (error) {
    // the word is no command; commands tell their own errors
    const isUnknown = error instanceof Errors.CLIError && error.oclif.exit === 2
    if (isUnknown || error instanceof UsageError) {
      const fault = unknownSecondWord(argv, Object.keys(COMMANDS)) ?? error.message
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
