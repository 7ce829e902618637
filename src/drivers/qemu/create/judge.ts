/** Which of the processes of a host is a stored machine; what only says so is told, and does not count. */
import {PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {here, on} from '../../../lib/command-on.js'
import {isToldByMonitor, queryState} from '../monitor/monitor.js'
import {diskUsersOf, diskUserText} from '../process/disk-users.js'
import {evidenceOf, unprovenText} from '../process/evidence.js'
import type {QemuProcess, SeenProcesses} from '../process/processes.js'
import {isMachine} from './running.js'

export interface Judgement {
  readonly running?: QemuProcess
  /** A line for each process that has the words of the machine and nothing else. */
  readonly saw: readonly string[]
}

interface Context {
  readonly session: HostSession
  readonly signal: AbortSignal
}

/**
 * Evidence is an image of the machine open for writing, its user, its manager, or a monitor that answers with its UUID or
 * name unless the open files say otherwise. Throws PreconditionError STORAGE_WEDGED, or INTERRUPTED.
 */
export async function findRunning(
  machine: EnumeratedMachine,
  {processes}: SeenProcesses,
  {session, signal}: Context,
): Promise<Judgement> {
  const claiming = processes.filter((process) => process.claims === machine.id || isMachine(process, machine))
  const own = claiming.find(({config}) => config?.path === machine.id)
  if (own !== undefined) return {running: own, saw: []}
  const saw: string[] = []
  const evidence = await evidenceOf(claiming, machine.id, {session, signal})
  for (const [index, process] of claiming.entries()) {
    const {proof, isDecided} = evidence[index] ?? {proof: 'none', isDecided: true}
    if (proof !== 'none') return {running: process, saw}
    if (!isDecided && isToldByMonitor(await queryState(session, process, signal))) return {running: process, saw}
    saw.push(unprovenText(process, machine.label))
  }
  return {saw}
}

/**
 * Who has a disk of a machine that does not run open for writing, whatever it is called: two that write to one disk destroy
 * it, and the locks of QEMU may be off. Throws as findRunning.
 */
export async function refuseDiskInUse(
  {id, label}: EnumeratedMachine,
  {processes}: SeenProcesses,
  {session, signal}: Context,
): Promise<void> {
  // those of ctys have their own disks open; the kernel tells who else has
  const others = processes.filter(({config}) => config === undefined)
  const held = await evidenceOf(others, id, {session, signal})
  const qemu = others.find((_, index) => held[index]?.proof === 'disk')
  const host = formatTarget(session.target)
  const refuse = (what: string, hint: string) =>
    new PreconditionError('ALREADY_RUNNING', `${host}: a disk of ${label} is in use: ${what}`, {hint})
  const refuseQemu = (process: QemuProcess) => {
    const stop = here`ctys stop pid:${String(process.pid)} ${host}`
    const foreign = process.config === undefined ? ' --foreign' : ''
    return refuse(diskUserText({...process, name: process.label}), `stop that one first: ${stop}${foreign}`)
  }
  if (qemu !== undefined) throw refuseQemu(qemu)
  const {process, loop} = await diskUsersOf(id, {session, signal})
  const managed = processes.find(({pid}) => pid === process?.pid)
  if (managed !== undefined) throw refuseQemu(managed)
  if (process !== undefined) {
    const look = on(session.target)`ps -fp ${String(process.pid)}`
    throw refuse(diskUserText(process), `see what it does, and let it end: ${look}`)
  }
  if (loop !== undefined) {
    throw refuse(`${loop} stands on it`, `take it away first: ${on(session.target)`losetup -d ${loop}`}`)
  }
}
