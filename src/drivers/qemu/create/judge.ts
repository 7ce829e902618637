/** Which of the processes of a host is a stored machine; what only says so is told, and does not count. */
import type {HostSession} from '../../../domain/ports/ports.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {isToldByMonitor, queryState} from '../monitor/monitor.js'
import {evidenceOf, unprovenText} from '../process/evidence.js'
import type {QemuProcess, SeenProcesses} from '../process/processes.js'
import {isMachine} from './running.js'

export interface Judgement {
  readonly running?: QemuProcess
  /** A line for each process that has the words of the machine and nothing else. */
  readonly saw: readonly string[]
  /** Has nothing of the machine in its words, and an image of it open for writing. */
  readonly holder?: QemuProcess
}

/**
 * Evidence is an image of the machine open for writing, its user, its manager, or a monitor that answers with its UUID or
 * name unless the open files say otherwise. Throws PreconditionError STORAGE_WEDGED, or INTERRUPTED.
 */
export async function findRunning(
  machine: EnumeratedMachine,
  {processes}: SeenProcesses,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<Judgement> {
  const claiming = processes.filter((process) => process.claims === machine.id || isMachine(process, machine))
  const own = claiming.find(({config}) => config?.path === machine.id) ?? claiming.find(({unread}) => unread)
  if (own !== undefined) return {running: own, saw: []}
  const saw: string[] = []
  const evidence = await evidenceOf(claiming, machine.id, {session, signal})
  for (const [index, process] of claiming.entries()) {
    const {proof, isDecided} = evidence[index] ?? {proof: 'none', isDecided: true}
    if (proof !== 'none') return {running: process, saw}
    if (!isDecided && isToldByMonitor(await queryState(session, process, signal))) return {running: process, saw}
    saw.push(unprovenText(process, machine.label))
  }
  const others = processes.filter((process) => process.config === undefined && !claiming.includes(process))
  const held = await evidenceOf(others, machine.id, {session, signal})
  const holder = others.find((_, index) => held[index]?.proof === 'disk')
  return {saw, ...(holder !== undefined && {holder})}
}
