/**
 * Ends a machine step by step: it is asked (ask.ts), and when its grace has passed, or no guest runs in it, or force was
 * given, `quit` of the monitor, SIGTERM, SIGKILL. A machine that could not be asked is left as it is. Before each step the
 * process is proven again; the machine is stopped when its process is seen to be gone, never before.
 */
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {CancelStep} from '../../../domain/work/answers.js'
import {withMonitor} from '../monitor/monitor.js'
import {proveMonitors} from '../monitor/proof.js'
import {proveProcess} from '../process/prove.js'
import {removeSocketScript} from '../remote/remove-socket.js'
import {askToStop} from './ask.js'
import {type Climb, inspect, isGone, monitorMs, title, unproven, waitGone, wentAway} from './climb.js'

/** For QEMU to be gone after quit and after each signal. */
const stepMs = 5_000

/**
 * Returns the step after which the process was gone; `none` when it was gone before the first. Throws ActionError
 * MONITOR_FAILED (it could not be asked, or may not be in its state), STOP_UNPROVEN, STOP_FAILED (it still runs after the
 * last step), or INTERRUPTED with what is true then.
 */
export async function stopMachine(
  climb: Climb,
  {force, graceMs}: {readonly force: boolean; readonly graceMs: number},
): Promise<CancelStep> {
  let step: CancelStep = 'none'
  const rungs: readonly [CancelStep, () => Promise<boolean>][] = [
    ['quit', () => quit(climb)],
    ['SIGTERM', () => sendSignal(climb, 'TERM')],
    ['SIGKILL', () => killAndTidy(climb)],
  ]
  try {
    if (await isGone(climb, {first: true})) return step
    if (!force && graceMs > 0) {
      const ended = await askToStop(climb, graceMs, (taken) => {
        step = taken
      })
      if (ended) return step
    }
    for (const [rung, run] of rungs) {
      if (await isGone(climb)) return step
      climb.note(`${title(climb.process)}: ${rung}`)
      step = rung
      if (await run()) return step
    }
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'INTERRUPTED')) throw error
    if (wentAway(await inspect(climb.process, climb.session))) return step
    throw new ActionError('INTERRUPTED', `${title(climb.process)}: stopped by the user after ${step}; it still runs`)
  }
  throw new ActionError('STOP_FAILED', `${title(climb.process)}: still in the process table after SIGKILL`, {
    hint: 'the process hangs in the kernel of the host, most often on storage that does not answer',
  })
}

async function quit(climb: Climb): Promise<boolean> {
  const {session, signal, process} = climb
  const sent = await tryMonitor(climb, () =>
    withMonitor(session, process, {deadlineMs: monitorMs, signal}, async (monitor) => {
      await monitor.quit()
      return true
    }),
  )
  return sent === true ? waitGone(climb, stepMs) : isGone(climb)
}

async function sendSignal(climb: Climb, send: 'TERM' | 'KILL'): Promise<boolean> {
  const {session, signal, process} = climb
  const verdict = await proveProcess(session, process, {send, signal})
  if (verdict === 'different') throw unproven(process)
  if (verdict === 'refused') {
    throw new ActionError('STOP_FAILED', `${title(process)}: the host does not let this account signal it`, {
      hint: `it belongs to ${process.user}; use an account that may end it`,
    })
  }
  return waitGone(climb, stepMs)
}

/** Undefined when no monitor let us in or it refused; the person who waits is told. */
async function tryMonitor<T>(climb: Climb, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ActionError)) throw error
    climb.note(`${title(climb.process)}: ${error.message}`)
    return undefined
  }
}

/** QEMU removes its sockets itself unless it was killed. Only those are taken away that were proven to be its own. */
async function killAndTidy(climb: Climb): Promise<boolean> {
  const {session, signal, process} = climb
  const reach = await proveMonitors(session, [process], {signal}).catch(() => undefined)
  if (!(await sendSignal(climb, 'KILL'))) return false
  for (const {place} of reach?.get(process.pid)?.monitors ?? []) {
    if ('to' in place && 'unix' in place.to) await session.script(removeSocketScript, [place.to.unix], {signal})
  }
  return true
}
