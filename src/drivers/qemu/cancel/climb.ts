/** What the steps of a stop share: the machine, its proof, and how they wait. */
import {setTimeout as sleep} from 'node:timers/promises'
import {ActionError} from '../../../domain/errors.js'
import type {HostSession, Note} from '../../../domain/ports/ports.js'
import {interrupted} from '../../../lib/deadline.js'
import type {QemuProcess} from '../process/processes.js'
import {proveProcess, type Verdict} from '../process/prove.js'

export interface Climb {
  readonly session: HostSession
  readonly signal: AbortSignal
  readonly note: Note
  readonly process: QemuProcess
  /** Other hosts on which the machine lies, as far as is recorded. */
  readonly places?: readonly string[]
}

export const monitorMs = 3_000
export function title({label, pid}: QemuProcess): string {
  return label || `process ${pid}`
}

/**
 * Before the first step a pid with another owner is refused: nothing was done yet, so it is not our doing. Later it
 * means that the machine has gone and its pid was given away.
 */
export async function isGone(climb: Climb, {first = false} = {}): Promise<boolean> {
  const verdict = await inspect(climb.process, climb.session, climb.signal)
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

/** Tells the seconds left, each once. */
export function countDown({note, process}: Climb, end: number): () => void {
  let told = -1
  return () => {
    const left = Math.ceil(Math.max(0, end - performance.now()) / 1_000)
    if (left !== told) note(`${title(process)}: power button, ${left} s left`)
    told = left
  }
}

export function inspect(process: QemuProcess, session: HostSession, signal?: AbortSignal): Promise<Verdict> {
  return proveProcess(session, process, {send: '0', ...(signal !== undefined && {signal})})
}

export function wentAway(verdict: Verdict): boolean {
  return verdict === 'gone' || verdict === 'reused'
}

export function unproven(process: QemuProcess): ActionError {
  return new ActionError('STOP_UNPROVEN', `${title(process)}: process ${process.pid} is not the machine any more`, {
    hint: 'look again with: ctys list',
  })
}
