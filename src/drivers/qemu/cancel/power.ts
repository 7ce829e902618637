/**
 * What CANCEL can do to a machine that is to live on, or to be woken later: reset, pause, resume, suspend, reboot. Each
 * proves the process first, judges its state by the table of judge.ts unless force was given, and reports the state that
 * was observed afterwards.
 *
 * QEMU has no "reboot" button. A reboot is made of QMP's `set-action shutdown=pause` (since 6.0), the power button, and
 * a reset once the guest has powered off; the setting is put back on every way out. Without QMP it is UNSUPPORTED. The
 * guest is never reset by force here: that is what `reset`, or `reboot` with force, is for.
 */

import {assertNever} from '../../../domain/assert-never.js'
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {CancelStep, MachineState} from '../../../domain/work/answers.js'
import type {CancelHow} from '../../../domain/work/asks.js'
import {noteSuspended} from '../create/saved.js'
import type {Monitor} from '../monitor/adapters.js'
import {NoMonitor, withMonitor} from '../monitor/monitor.js'
import {suspendTag} from '../remote/saved.js'
import {forceCommand, pressAgainMs, refusalOf, resetCommand, wake} from './ask.js'
import {type Climb, countDown, isGone, monitorMs, pause, title, waitGone} from './climb.js'
import {isMigrating, judge} from './judge.js'
import {unreachable} from './unreachable.js'

export interface PowerResult {
  readonly step: CancelStep
  readonly state: MachineState | 'gone'
  /** A resume: the state it was in. */
  readonly before?: MachineState
}

/** The whole memory is written to the image meanwhile. */
const saveMs = 300_000
const settleMs = 5_000

export async function changePower(
  climb: Climb,
  {
    how,
    force,
    graceMs,
  }: {readonly how: Exclude<CancelHow, 'poweroff'>; readonly force: boolean; readonly graceMs: number},
): Promise<PowerResult> {
  if (await isGone(climb, {first: true})) {
    throw new PreconditionError('NOT_RUNNING', `${title(climb.process)}: has just ended`)
  }
  switch (how) {
    case 'reset':
      return reset(climb, force)
    case 'pause':
      return pauseMachine(climb)
    case 'resume':
      return resume(climb, force)
    case 'suspend':
      return suspend(climb, force)
    case 'reboot':
      return force ? reset(climb, force) : reboot(climb, graceMs)
    default:
      return assertNever(how)
  }
}

/** What was seen, or a state in which it must not be done: that is refused outside of the monitor. */
type Seen = {readonly state: MachineState} | {readonly refused: MachineState}

async function carryOut(
  climb: Climb,
  wanted: string,
  work: (monitor: Monitor) => Promise<Seen>,
): Promise<MachineState> {
  const seen = await ask(climb, work, wanted)
  if ('state' in seen) return seen.state
  throw await refusalOf(climb, seen.refused, forceCommand(climb))
}

async function reset(climb: Climb, force: boolean): Promise<PowerResult> {
  const state = await carryOut(climb, 'reset', async (monitor) => {
    const before = await monitor.state()
    if (!force && judge(before) === 'refused' && before !== 'watchdog') return {refused: before}
    await monitor.reset()
    return {state: await monitor.state()}
  })
  return {step: 'reset', state}
}

/** One that sleeps stays asleep; a machine that is not running for another reason is not called paused. */
async function pauseMachine(climb: Climb): Promise<PowerResult> {
  const state = await carryOut(climb, 'pause', async (monitor) => {
    const before = await monitor.state()
    if (judge(before) === 'refused') return {refused: before}
    await monitor.stop()
    return {state: await monitor.state()}
  })
  if (state === 'running' || judge(state) === 'ended') throw notAs(climb, state, 'paused')
  return {step: 'pause', state}
}

/** The word of its user: also when QEMU stopped it for an error. Not when another copy of it may run. */
async function resume(climb: Climb, force: boolean): Promise<PowerResult> {
  let before: MachineState = 'unknown'
  const state = await carryOut(climb, 'resume', async (monitor) => {
    before = await monitor.state()
    if (!force && (isMigrating(before) || before === 'save-vm' || before === 'restore-vm')) return {refused: before}
    if (judge(before) === 'woken') await wake(monitor, climb.signal)
    else await monitor.cont()
    return {state: await monitor.state()}
  })
  if (state === 'io-error') throw await refusalOf(climb, state, forceCommand(climb))
  if (state !== 'running') throw notAs(climb, state, 'running')
  return {step: 'resume', state, before}
}

function notAs({process}: Climb, state: MachineState, wanted: string, hint?: string): ActionError {
  const message = `${title(process)}: is ${state}, not ${wanted}`
  return new ActionError('MONITOR_FAILED', message, hint === undefined ? {} : {hint})
}

/**
 * QEMU stops the guest while it saves and lets it go on by itself, so a refusal, or the loss of our connection, leaves
 * the guest running; what it does between the snapshot and `quit`, some milliseconds, is lost with its disk writes.
 */
async function suspend(climb: Climb, force: boolean): Promise<PowerResult> {
  await carryOut(climb, 'save its memory', async (monitor) => {
    const before = await monitor.state()
    if (!force && judge(before) === 'refused') return {refused: before}
    if (judge(before) === 'ended') throw notAs(climb, before, 'running: there is no guest to be saved')
    climb.note(`${title(climb.process)}: saving its memory`)
    const answer = await monitor.human(`savevm ${suspendTag}`, saveMs)
    if (answer !== '') {
      throw new ActionError(
        'MONITOR_FAILED',
        `${title(climb.process)}: cannot be suspended, it goes on: ${answer.trim()}`,
        {
          hint: 'its disks must be qcow2 images',
        },
      )
    }
    await monitor.quit()
    return {state: before}
  })
  if (await waitGone(climb, settleMs)) {
    if (climb.process.config !== undefined) await noteSuspended(climb.session, climb.process.config.path, 'set')
    return {step: 'suspend', state: 'suspended'}
  }
  throw new ActionError('STOP_FAILED', `${title(climb.process)}: was saved as ${suspendTag} but its process stays`)
}

async function reboot(climb: Climb, graceMs: number): Promise<PowerResult> {
  const {process, signal} = climb
  const before = await carryOut(climb, 'reboot', async (monitor) => {
    const state = await monitor.state()
    if (judge(state) === 'refused') return {refused: state}
    if (judge(state) === 'ended') throw notAs(climb, state, 'running', `reset it: ${resetCommand(climb)}`)
    return {state}
  })
  await setShutdownAction(climb, 'pause')
  try {
    if (judge(before) === 'continued') await ask(climb, (monitor) => monitor.cont())
    if (judge(before) === 'woken') await ask(climb, (monitor) => wake(monitor, signal))
    const end = performance.now() + graceMs
    const clock = countDown(climb, end)
    let pressAt = 0
    while ((await ask(climb, (monitor) => monitor.state())) !== 'shutdown') {
      if (performance.now() >= pressAt) {
        await ask(climb, (monitor) => monitor.powerdown())
        pressAt = performance.now() + pressAgainMs
      }
      if (performance.now() > end) {
        throw new ActionError('STOP_FAILED', `${title(process)}: did not follow its power button, it still runs`, {
          hint: `reset it, as its reset button does: ${resetCommand(climb)}`,
        })
      }
      clock()
      await pause(1_000, signal)
    }
    const state = await ask(climb, async (monitor) => {
      await monitor.reset()
      const ready = performance.now() + monitorMs
      while ((await monitor.state()) === 'shutdown' && performance.now() < ready) await pause(50, signal)
      await monitor.cont()
      return monitor.state()
    })
    return {step: 'powerButton', state}
  } finally {
    // also after Ctrl-C: or the guest's next shutdown would leave its process behind
    if (!process.commandLine.staysAfterShutdown) {
      await setShutdownAction({...climb, signal: AbortSignal.timeout(monitorMs)}, 'poweroff').catch(() =>
        climb.note(`${title(process)}: its shutdown action could not be set back to poweroff`),
      )
    }
  }
}

async function setShutdownAction(climb: Climb, shutdown: 'pause' | 'poweroff'): Promise<void> {
  await ask(climb, async ({execute}) => {
    const refuse = (cause?: unknown) =>
      new PreconditionError(
        'UNSUPPORTED',
        `${title(climb.process)}: only QEMU 6.0 and later with a QMP socket can reboot`,
        {
          hint: `stop it and start it again: ctys restart; or reset it: ${resetCommand(climb)}`,
          cause,
        },
      )
    if (execute === undefined) throw refuse()
    await execute('set-action', {shutdown}).catch((error: unknown) => {
      throw error instanceof ActionError && error.details?.includes('CommandNotFound') ? refuse(error) : error
    })
  })
}

async function ask<T>(climb: Climb, use: (monitor: Monitor) => Promise<T>, wanted = 'reboot'): Promise<T> {
  const {session, process, signal} = climb
  try {
    return await withMonitor(session, process, {deadlineMs: monitorMs, signal}, use)
  } catch (error) {
    if (!(error instanceof NoMonitor)) throw error
    throw await unreachable(session, error, {wanted, instead: forceCommand(climb), signal})
  }
}
