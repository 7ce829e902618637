/**
 * What CANCEL can do to a machine that is to live on, or to be woken later: reset, pause, resume, suspend, reboot. Each
 * proves the process first and reports the state that was observed afterwards.
 *
 * QEMU has no "reboot" button. A reboot is made of QMP's `set-action shutdown=pause` (since 6.0), the power button, and
 * a reset once the guest has powered off; the setting is put back on every way out. Without QMP it is UNSUPPORTED. The
 * guest is never reset by force here: that is what `reset`, or `reboot` with force, is for.
 */

import {assertNever} from '../../../domain/assert-never.js'
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {CancelStep, MachineState} from '../../../domain/work/answers.js'
import type {CancelHow} from '../../../domain/work/asks.js'
import {type Monitor, withMonitor} from '../monitor/monitor.js'
import {type Climb, countDown, isGone, monitorMs, pause, pressAgainMs, title, waitGone} from './ladder.js'

export interface PowerResult {
  readonly step: CancelStep
  readonly state: MachineState | 'gone'
}

/** Name of the snapshot `suspend` leaves in the image; `-loadvm` takes it. */
export const suspendTag = 'ctys-suspend'
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
      return reset(climb)
    case 'pause':
      return {step: 'pause', state: await settle(climb, 'paused', (monitor) => monitor.stop())}
    case 'resume':
      return {step: 'resume', state: await settle(climb, 'running', (monitor) => monitor.cont())}
    case 'suspend':
      return suspend(climb)
    case 'reboot':
      return force ? reset(climb) : reboot(climb, graceMs)
    default:
      return assertNever(how)
  }
}

async function reset(climb: Climb): Promise<PowerResult> {
  const state = await ask(climb, async (monitor) => {
    await monitor.reset()
    return monitor.state()
  })
  return {step: 'reset', state}
}

/** The state is changed when QEMU reports it; a guest that is not running stays what it was when it is paused. */
async function settle(
  climb: Climb,
  wanted: 'paused' | 'running',
  change: (monitor: Monitor) => Promise<void>,
): Promise<MachineState> {
  const state = await ask(climb, async (monitor) => {
    await change(monitor)
    return monitor.state()
  })
  const unwanted = wanted === 'running' ? state !== 'running' : state === 'running'
  if (unwanted) throw new ActionError('MONITOR_FAILED', `${title(climb.process)}: is ${state}, not ${wanted}`)
  return state
}

/**
 * QEMU stops the guest while it saves and lets it go on by itself, so a refusal, or the loss of our connection, leaves
 * the guest running; what it does between the snapshot and `quit`, some milliseconds, is lost with its disk writes.
 */
async function suspend(climb: Climb): Promise<PowerResult> {
  climb.note(`${title(climb.process)}: saving its memory`)
  await ask(climb, async (monitor) => {
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
  })
  if (await waitGone(climb, settleMs)) return {step: 'suspend', state: 'suspended'}
  throw new ActionError('STOP_FAILED', `${title(climb.process)}: was saved as ${suspendTag} but its process stays`)
}

async function reboot(climb: Climb, graceMs: number): Promise<PowerResult> {
  const {process, signal} = climb
  await setShutdownAction(climb, 'pause')
  try {
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
          hint: 'reset it: cancel=...,reset',
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
          hint: 'use reset, or poweroff and create',
          cause,
        },
      )
    if (execute === undefined) throw refuse()
    await execute('set-action', {shutdown}).catch((error: unknown) => {
      throw error instanceof ActionError && error.details?.includes('CommandNotFound') ? refuse(error) : error
    })
  })
}

function ask<T>({session, process, signal}: Climb, use: (monitor: Monitor) => Promise<T>): Promise<T> {
  return withMonitor(session, process, {deadlineMs: monitorMs, signal}, use)
}
