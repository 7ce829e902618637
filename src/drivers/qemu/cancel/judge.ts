/**
 * What may be done to a machine in each of its states: the one table that stop, reboot, reset, pause, resume and suspend
 * go by. A guest that QEMU itself has stopped is not continued behind its owner's back, and one that a migration has moved
 * is never continued: there would be two of it.
 */
import {ActionError} from '../../../domain/errors.js'
import type {MachineState} from '../../../domain/work/answers.js'
import type {BrokenDisk} from './broken-disk.js'

/**
 * `asked`: its guest runs. `continued`: it was paused, and goes on when it is told to. `woken`: its guest sleeps.
 * `ended`: no guest runs in it. `refused`: for the reason of `refusals`.
 */
export type Judgement = 'asked' | 'continued' | 'woken' | 'ended' | 'refused'

const judgements: Readonly<Record<MachineState, Judgement>> = {
  running: 'asked',
  'running (no monitor)': 'asked',
  unknown: 'asked',
  paused: 'continued',
  suspended: 'woken',
  'io-error': 'refused',
  watchdog: 'refused',
  debug: 'refused',
  'save-vm': 'refused',
  'restore-vm': 'refused',
  postmigrate: 'refused',
  'finish-migrate': 'refused',
  inmigrate: 'refused',
  colo: 'refused',
  prelaunch: 'ended',
  shutdown: 'ended',
  crashed: 'ended',
  'guest-panicked': 'ended',
}

export function judge(state: MachineState): Judgement {
  return judgements[state]
}

function diskText({device, image, why}: BrokenDisk): readonly [string, string] {
  const name = image === '' ? `its disk ${device}` : `its disk ${image} (${device})`
  return why === 'nospace'
    ? [`QEMU stopped it because there is no space left for ${name}`, 'free space there, then resume it']
    : [`QEMU stopped it because ${name} cannot be read or written`, 'mend the disk, then resume it']
}

/** What a refused state means, and what to do about it. */
const refusals: Partial<Record<MachineState, readonly [string, string]>> = {
  'io-error': ['QEMU stopped it because its disk is full or broken', 'free space or mend the disk, then resume it'],
  watchdog: ['the watchdog of its guest stopped it', 'look at its console, then resume or reset it'],
  debug: ['a debugger has stopped it', 'let the debugger continue it'],
  'save-vm': ['its memory is being saved', 'wait until that is done'],
  'restore-vm': ['its memory is being loaded', 'wait until that is done'],
}

const migrations: Partial<Record<MachineState, string>> = {
  postmigrate: 'its guest was migrated and runs on the other side',
  'finish-migrate': 'its guest is being migrated and goes on on the other side',
  inmigrate: 'it waits for a guest that comes from the other side',
  colo: 'it is one of two copies of its guest (COLO)',
}

/** May a machine in this state be continued because its user says so: not when another copy of it may run. */
export function isMigrating(state: MachineState): boolean {
  return migrations[state] !== undefined
}

/**
 * MONITOR_FAILED with the reason; nothing was done. `instead` is the command that does it all the same, `other` says where
 * the other side of a migration is, `disk` what is wrong with one.
 */
export function refusal(
  name: string,
  state: MachineState,
  {instead, other, disk}: {readonly instead: string; readonly other: string; readonly disk?: BrokenDisk},
): ActionError {
  const migration = migrations[state]
  if (migration !== undefined) {
    return new ActionError('MONITOR_FAILED', `${name}: is ${state}: ${migration} (${other}); nothing was done to it`, {
      hint: `stop it on the other side; to end what is here, without asking: ${instead}`,
    })
  }
  const told = disk === undefined ? undefined : diskText(disk)
  const [reason, remedy] = told ?? refusals[state] ?? ['it cannot be asked in this state', 'look at it']
  return new ActionError('MONITOR_FAILED', `${name}: is ${state}: ${reason}; nothing was done to it`, {
    hint: `${remedy}, or end it without asking: ${instead}`,
  })
}
