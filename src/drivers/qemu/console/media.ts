/** What lies in the removable drives of a running machine, and changes of it (QMP `query-block`, HMP `info block`). */
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {MediaDrive} from '../../../domain/work/console-answers.js'
import type {MediaAsk} from '../../../domain/work/console-asks.js'
import {handler} from '../../../domain/work/handler.js'
import type {Monitor} from '../monitor/adapters.js'
import type {QemuProcess} from '../process/processes.js'
import {atMonitor, chooseShown, nameOf, seenMachine} from './choose.js'

/** An image on a slow file system is opened meanwhile. */
const changeMs = 60_000

export const media = handler<'media', QemuProcess>({
  check: chooseShown,
  run: ({ask}, context, process) =>
    atMonitor(process, 'say what lies in its drives', context, async (monitor) => {
      const drives = await readDrives(monitor)
      const {change} = ask
      if (change === undefined) return {kind: 'media', ...seenMachine(process), drives}
      const drive = chosenDrive(drives, change.drive, process)
      if (change.do === 'insert') await insert(monitor, drive.name, change)
      else await eject(monitor, drive.name, change.force)
      const after = (await readDrives(monitor)).find(({name}) => name === drive.name)
      // the human monitor says nothing of some refusals
      const isDone = change.do === 'insert' ? after?.medium === change.file : after?.medium === ''
      if (!isDone || after === undefined) {
        throw new ActionError(
          'MONITOR_FAILED',
          `${nameOf(process)}: ${drive.name} holds ${after?.medium || 'nothing'}`,
          {
            ...(change.do === 'eject' && {hint: 'the guest may have locked it: eject it there, or --force'}),
          },
        )
      }
      return {kind: 'media', ...seenMachine(process), drives: [after], done: change.do}
    }),
})

function chosenDrive(drives: readonly MediaDrive[], wanted: string | undefined, process: QemuProcess): MediaDrive {
  const [first, ...more] = wanted === undefined ? drives : drives.filter(({name}) => name === wanted)
  const details = drives.map(({name, medium}) => `${name}: ${medium || 'empty'}`)
  if (first === undefined) {
    const what = wanted === undefined ? 'has no removable drive' : `has no removable drive ${wanted}`
    throw new PreconditionError('UNSUPPORTED', `${nameOf(process)}: ${what}`, {details})
  }
  if (more.length === 0) return first
  throw new PreconditionError('MACHINE_AMBIGUOUS', `${nameOf(process)}: has ${drives.length} removable drives`, {
    hint: 'name one with --drive',
    details,
  })
}

async function readDrives({execute, human}: Monitor): Promise<readonly MediaDrive[]> {
  return execute === undefined ? readInfoBlock(await human('info block')) : readQueryBlock(await execute('query-block'))
}

interface BlockInfo {
  readonly device?: unknown
  readonly qdev?: unknown
  readonly removable?: unknown
  readonly locked?: unknown
  readonly tray_open?: unknown
  readonly inserted?: {readonly file?: unknown}
}

/** BlockInfo of qapi/block-core.json. */
function readQueryBlock(answer: unknown): readonly MediaDrive[] {
  const blocks = Array.isArray(answer) ? (answer as readonly BlockInfo[]) : []
  // to QEMU what belongs to no device is removable; before 2.11 it does not tell which is whose
  const tells = blocks.some(({qdev}) => qdev !== undefined)
  return blocks.flatMap(({device, qdev, removable, locked, tray_open: open, inserted}) => {
    const name = [device, qdev].find((text): text is string => typeof text === 'string' && text !== '')
    if (removable !== true || name === undefined || (tells && qdev === undefined)) return []
    const medium = typeof inserted?.file === 'string' ? inserted.file : ''
    return [{name, medium, locked: locked === true, open: open === true}]
  })
}

/** `ide1-cd0 (#block1): /iso/a.iso (raw, read-only)`, and below it `Removable device: not locked, tray closed`. */
export function readInfoBlock(text: string): readonly MediaDrive[] {
  const blocks = text.replaceAll('\r', '').split(/\n(?=\S)/)
  const attached = /^\s+Attached to:/m
  return blocks.flatMap((block) => {
    const [, name = '', rest = ''] = /^(\S+?)(?: \(#\S+\))?: (.*)/.exec(block) ?? []
    // one line before QEMU 1.5: `ide1-cd0: removable=1 locked=0 tray-open=0 file=/iso/a.iso ro=1 drv=raw`
    const old = /^removable=1 locked=(\d) tray-open=(\d)(?: file=(.*?) (?:backing_file|ro)=)?/.exec(rest)
    if (old !== null) return [{name, medium: old[3] ?? '', locked: old[1] === '1', open: old[2] === '1'}]
    const state = /^\s+Removable device: (not )?locked, tray (open|closed)/m.exec(block)
    if (state === null || (attached.test(text) && !attached.test(block))) return []
    const medium = rest.startsWith('[not inserted]') ? '' : (/^(.*) \([^()]*\)$/.exec(rest)?.[1] ?? rest)
    return [{name, medium, locked: state[1] === undefined, open: state[2] === 'open'}]
  })
}

async function insert(
  monitor: Monitor,
  drive: string,
  {file, format}: Extract<NonNullable<MediaAsk['change']>, {do: 'insert'}>,
): Promise<void> {
  const {execute} = monitor
  if (execute !== undefined && isAtLeast(await monitor.version(), 2, 5)) {
    await execute('blockdev-change-medium', {...named(drive), filename: file, format}, changeMs)
  } else await tell(monitor, `change ${quoted(drive)} ${quoted(file)} ${format}`)
}

async function eject(monitor: Monitor, drive: string, force: boolean): Promise<void> {
  if (monitor.execute !== undefined) await monitor.execute('eject', {...named(drive), force}, changeMs)
  else await tell(monitor, `eject ${force ? '-f ' : ''}${quoted(drive)}`)
}

/** A path is that of a device (qdev), anything else a name of `-drive`. */
function named(drive: string): Readonly<Record<string, string>> {
  return drive.startsWith('/') ? {id: drive} : {device: drive}
}

async function tell({human}: Monitor, line: string): Promise<void> {
  const answer = (await human(line, changeMs)).trim()
  if (answer !== '') throw new ActionError('MONITOR_FAILED', `QEMU refused: ${answer}`)
}

/** A word of the human monitor (monitor/hmp.c, get_str). */
function quoted(word: string): string {
  return `"${word.replace(/["\\]/g, '\\$&')}"`
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split('.').map(Number)
  return first > major || (first === major && second >= minor)
}
