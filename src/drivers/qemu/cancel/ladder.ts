/**
 * Ends a machine step by step: power button (again every five seconds, because a guest that still boots ignores it),
 * `quit` of the monitor, SIGTERM, SIGKILL. Before each step the process is proven again; the machine is stopped when its
 * process is seen to be gone, never before. A monitor that does not answer costs its deadline and the step, no more.
 */
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostSession, Note} from '../../../domain/ports/ports.js'
import type {CancelStep} from '../../../domain/work/answers.js'
import {interrupted} from '../../../lib/deadline.js'
import {withMonitor} from '../monitor/monitor.js'
import type {QemuProcess} from '../process/processes.js'
import {proveProcess, type Verdict} from '../process/prove.js'

export interface Climb {
  readonly session: HostSession
  readonly signal: AbortSignal
  readonly note: Note
  readonly process: QemuProcess
}

export const monitorMs = 3_000
/** A guest that still boots does not hear the button. */
export const pressAgainMs = 5_000
/** For QEMU to be gone after quit and after each signal. */
const stepMs = 5_000

/**
 * Returns the step after which the process was gone; `none` when it was gone before the first. Throws ActionError
 * STOP_UNPROVEN, STOP_FAILED (it still runs after the last step), or INTERRUPTED with what is true then.
 */
export async function stopMachine(
  climb: Climb,
  {force, graceMs}: {readonly force: boolean; readonly graceMs: number},
): Promise<CancelStep> {
  let step: CancelStep = 'none'
  const rungs: readonly [CancelStep, () => Promise<boolean>][] = [
    ['quit', () => quit(climb)],
    ['SIGTERM', () => sendSignal(climb, 'TERM')],
    ['SIGKILL', () => sendSignal(climb, 'KILL')],
  ]
  try {
    if (await isGone(climb, {first: true})) return step
    if (!force && graceMs > 0) {
      const pressed = await pressPowerButton(climb, graceMs, (taken) => {
        step = taken
      })
      if (pressed) return step
    }
    for (const [rung, run] of rungs) {
      if (await isGone(climb)) return step
      climb.note(`${title(climb.process)}: ${rung}`)
      step = rung
      if (await run()) {
        if (rung === 'SIGKILL') await removeSockets(climb)
        return step
      }
    }
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'INTERRUPTED')) throw error
    if (wentAway(await look(climb.process, climb.session))) return step
    throw new ActionError('INTERRUPTED', `${title(climb.process)}: stopped by the user after ${step}; it still runs`)
  }
  throw new ActionError('STOP_FAILED', `${title(climb.process)}: still in the process table after SIGKILL`, {
    hint: 'the process hangs in the kernel of the host, most often on storage that does not answer',
  })
}

export function title({label, pid}: QemuProcess): string {
  return label || `process ${pid}`
}

/**
 * Before the first step a pid with another owner is refused: nothing was done yet, so it is not our doing. Later it
 * means that the machine has gone and its pid was given away.
 */
export async function isGone(climb: Climb, {first = false} = {}): Promise<boolean> {
  const verdict = await look(climb.process, climb.session, climb.signal)
  if (verdict === 'different' || (first && verdict === 'reused')) throw unproven(climb.process)
  return wentAway(verdict)
}

/** True when the process went away within the time. */
export async function waitGone(climb: Climb, ms: number, waiting?: () => void): Promise<boolean> {
  const end = performance.now() + ms
  let pauseMs = 50
  while (!(await isGone(climb))) {
    const left = end - performance.now()
    if (left <= 0) return false
    waiting?.()
    await pause(Math.min(pauseMs, left), climb.signal)
    pauseMs = Math.min(pauseMs * 1.5, 1_000)
  }
  return true
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, {signal}).catch(() => {
    throw interrupted()
  })
}

async function pressPowerButton(climb: Climb, graceMs: number, taken: (step: CancelStep) => void): Promise<boolean> {
  const end = performance.now() + graceMs
  const clock = countDown(climb, end)
  for (let presses = 0; performance.now() < end; presses++) {
    const answer = await tryMonitor(climb, () => press(climb))
    if (answer === 'pointless' || (answer === undefined && presses === 0)) return false
    if (answer === 'pressed') taken(presses === 0 ? 'powerButton' : 'powerButtonAgain')
    const waitMs = Math.min(pressAgainMs, graceMs / 2, end - performance.now())
    if (await waitGone(climb, waitMs, clock)) return true
  }
  return false
}

/** Tells the seconds left, each once. */
export function countDown({note, process}: Climb, end: number): () => void {
  let told = -1
  return () => {
    const left = Math.ceil(Math.max(0, end - performance.now()) / 1_000)
    if (left !== told) note(`${title(process)}: power button, ${left} s left`)
    told = left
  }
}

/** A guest that is off, broken or never started cannot follow; a paused one is resumed so that it can. */
async function press({session, signal, note, process}: Climb): Promise<'pressed' | 'pointless'> {
  return withMonitor(session, process, {deadlineMs: monitorMs, signal}, async (monitor) => {
    const state = await monitor.state()
    if (state === 'shutdown' || state === 'crashed' || state === 'prelaunch') return 'pointless'
    if (state === 'paused') {
      note(`${title(process)}: resumed, so that it can shut down`)
      await monitor.cont()
    }
    await monitor.powerdown()
    return 'pressed'
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

/** QEMU removes its sockets itself unless it was killed. Only a socket that nobody listens on is taken away. */
async function removeSockets({session, signal, process}: Climb): Promise<void> {
  for (const {path} of process.monitorSockets) {
    const {exitCode} = await session.exec(['test', '-S', path], {signal})
    if (exitCode !== 0) continue
    const stream = await session.open({unix: path}, {deadlineMs: 1_000, signal}).catch(() => undefined)
    stream?.destroy()
    if (stream === undefined) await session.exec(['rm', '-f', '--', path], {signal})
  }
}

function look(process: QemuProcess, session: HostSession, signal?: AbortSignal): Promise<Verdict> {
  return proveProcess(session, process, {send: '0', ...(signal !== undefined && {signal})})
}

function wentAway(verdict: Verdict): boolean {
  return verdict === 'gone' || verdict === 'reused'
}

function unproven(process: QemuProcess): ActionError {
  return new ActionError('STOP_UNPROVEN', `${title(process)}: process ${process.pid} is not the machine any more`, {
    hint: 'look again with: ctys list',
  })
}
