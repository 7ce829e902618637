/** An action as one short phrase, and the machine it is about, for the plan. */

import {assertNever} from '../../domain/assert-never.js'
import {formatAddress} from '../../domain/machine/machine-address.js'
import type {Change} from '../../domain/work/alter.js'
import type {Afterwards, CancelAsk, CreateAsk, Tries} from '../../domain/work/asks.js'
import type {MediaAsk} from '../../domain/work/console-asks.js'
import type {MakeAsk} from '../../domain/work/make.js'
import type {NetApplyAsk} from '../../domain/work/net-segment.js'
import type {Action} from '../../domain/work/verbs.js'
import {listNames} from '../../lib/list-names.js'

export function actionText(action: Action): string {
  switch (action.verb) {
    case 'create':
      return `create (${[action.ask.mode, `console ${action.ask.console}`, ...createExtras(action.ask)].join(', ')})`
    case 'cancel':
      return `cancel (${[action.ask.how, ...cancelExtras(action.ask)].join(', ')})`
    case 'alter':
      return changeText(action.ask.change)
    case 'make':
      return `make (${describe(action.ask)})`
    case 'configure':
      return `configure ${action.ask.label} in ${action.ask.directory}`
    case 'image':
      return `image ${action.ask.name} (${action.ask.from.kind === 'here' ? action.ask.from.path : action.ask.from.url})`
    case 'adoptable':
      return `look for machines below ${action.ask.basePaths.join(', ') || 'the home directory'}`
    case 'adopt':
      return `adopt ${listNames(action.ask.machines.map(({label}) => label))}`
    case 'list':
      return 'list'
    case 'probe':
      return 'probe'
    case 'neighbours':
      return 'read the neighbour table'
    case 'enumerate':
      return `enumerate below ${action.ask.basePaths.join(', ') || 'the home directory'}`
    case 'monitor':
      return `monitor ${action.ask.line ?? action.ask.qmp?.execute ?? ''}`
    case 'owned':
      return `${action.ask.what} ${action.ask.label} by ${action.ask.owner}: ${action.ask.argv.join(' ')}`
    case 'console':
      return `console (${action.ask.mode})`
    case 'keys':
      return `keys ${action.ask.strokes.map((keys) => keys.join('-')).join(' ')}`
    case 'media':
      return mediaText(action.ask)
    case 'forward':
      return `reach port ${action.ask.port}`
    case 'screen':
      return 'screen'
    case 'screenshot':
      return 'screenshot'
    case 'net-up':
      return `network ${action.ask.name} up (${action.ask.extent})`
    case 'net-down':
      return `network ${action.ask.name} down${action.ask.force === true ? ' (force)' : ''}`
    case 'net-plan':
      return `what network ${action.ask.up.name} ${action.ask.to} would do`
    case 'net-status':
      return 'look at its networks'
    case 'net-switch':
      return action.ask.show
    case 'net-diff':
      return `what would be changed for ${segmentsText(action.ask)}`
    case 'net-apply':
      return `${action.ask.remove === true ? 'take away' : 'make'} ${segmentsText(action.ask)}`
    case 'net-join':
      return `join network ${action.ask.name} to that of other hosts`
    case 'net-underlay':
      return 'ask for the addresses of tunnels'
    case 'net-move':
      return `move ${action.ask.interface} into ${action.ask.bridge} (${timerText(action.ask)})`
    case 'net-undo':
      return `take the change back, or move the interface out of ${action.ask.bridge ?? 'its bridge'} (${timerText(action.ask)})`
    case 'net-confirm':
      return action.ask.extendMs === undefined ? 'confirm the change' : `wait ${action.ask.extendMs / 1000} s from now`
    case 'net-pending':
      return 'show changes of the network'
    default:
      return assertNever(action)
  }
}

function segmentsText({segments}: NetApplyAsk): string {
  return `${segments.length === 1 ? 'segment' : 'segments'} ${listNames(
    segments.map(({name}) => name),
    5,
  )}`
}

function mediaText({change}: MediaAsk): string {
  if (change === undefined) return 'list its media'
  const drive = change.drive === undefined ? '' : ` ${change.drive}`
  return change.do === 'insert' ? `insert ${change.file}${drive}` : `eject${drive}`
}

function timerText({timerMs, leave}: {readonly timerMs: number; readonly leave?: true}): string {
  return `undone after ${timerMs / 1000} s unless confirmed${leave === undefined ? '' : ', left pending'}`
}

function changeText(change: Change): string {
  switch (change.what) {
    case 'files':
      return 'name its files'
    case 'remove':
      return 'remove with its files'
    case 'resize':
      return `resize to ${Math.round((change.size / 2 ** 30) * 10) / 10}G`
    case 'set':
      return `set ${change.settings.map(({key, value}) => `${key}=${value}`).join(' ')}`
    case 'compress':
      return 'compress'
    case 'autostart':
      return `autostart ${change.how}`
    case 'clone':
      return `clone to ${change.label} (${change.how})`
    case 'snapshot':
      return `snapshot ${change.how} ${change.name}`.trimEnd()
  }
}

/** Machines of one call are alike. */
function describe({machines}: MakeAsk): string {
  const [first] = machines
  if (first === undefined) return 'nothing'
  const {disk, memoryMiB, cpus, net} = first
  const size = disk.size === undefined ? '' : `${Math.round((disk.size / 2 ** 30) * 10) / 10}G `
  const from =
    disk.from === undefined ? '' : `, ${disk.from.how === 'linked' ? 'linked clone' : 'copy'} of ${disk.from.path}`
  return `${size}${disk.format}${from}, ${memoryMiB} MiB, ${cpus} CPU, net ${net}`
}

export function machineText({ask}: Action): string {
  if ('machines' in ask) return listNames(ask.machines.map(({label}) => label))
  if (!('machine' in ask)) return ''
  return ask.machine === 'all' ? 'all' : formatAddress(ask.machine)
}

function createExtras(ask: CreateAsk): readonly string[] {
  return [
    ...(ask.vncDisplay === undefined ? [] : [`display :${ask.vncDisplay}`]),
    ...(ask.bootMode === undefined ? [] : [`boot ${ask.bootMode}`]),
    ...(ask.instMode === undefined ? [] : [`install ${ask.instMode}`.trimEnd()]),
    ...(ask.argsAdd === undefined ? [] : [`arguments ${ask.argsAdd}`]),
    ...(ask.net === undefined ? [] : ['its network made where it is missing']),
    ...(ask.discard === undefined ? [] : ['without its saved state']),
    ...(ask.afterwards === undefined ? [] : followTexts(ask.afterwards)),
    ...(ask.vncNetwork === undefined ? [] : ['VNC open to the network as its wrapper has it']),
  ]
}

/** What follows the start, in its order. */
function followTexts({waitServerS, ping, sshPing, client, waitClientS}: Afterwards): readonly string[] {
  const tries = ({count, sleepS}: Tries) => `${count} times, ${sleepS} s apart`
  return [
    ...(waitServerS === undefined ? [] : [`then wait ${waitServerS} s`]),
    ...(ping === undefined ? [] : [`ping it up to ${tries(ping)}`]),
    ...(sshPing === undefined ? [] : [`ask its sshd up to ${tries(sshPing)}`]),
    ...(client?.take === undefined ? [] : ['others let go of its console']),
    ...(client === undefined ? [] : ['show its console here']),
    ...(waitClientS === undefined ? [] : [`wait ${waitClientS} s`]),
  ]
}

/** A grace is only what is waited for. */
function cancelExtras({how, force, graceMs}: CancelAsk): readonly string[] {
  if (how !== 'poweroff' && how !== 'reboot') return []
  return force || graceMs === 0 ? ['force'] : [`grace ${Math.round(graceMs / 1000)} s`]
}
