/** Which of the processes of a host is a stored machine; what only says so is told, and does not count. */
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {here, on} from '../../../lib/command-on.js'
import {isToldByMonitor, queryState} from '../monitor/monitor.js'
import {evidenceOf, unprovenText} from '../process/evidence.js'
import type {QemuProcess, SeenProcesses} from '../process/processes.js'
import {diskUsersScript} from '../remote/disk-users.js'
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
  const user = qemu === undefined ? await diskUser(id, {session, signal}) : {...qemu, name: qemu.label}
  if (user === undefined) return
  const {pid, name} = user
  const host = formatTarget(session.target)
  const who = `process ${pid}${name === '' ? '' : ` (${name})`} of ${user.user}`
  throw new PreconditionError(
    'ALREADY_RUNNING',
    `${host}: a disk of ${label} is in use: ${who} has it open for writing`,
    {
      hint:
        qemu !== undefined
          ? `stop that one first: ${here`ctys stop pid:${String(pid)} ${host} --foreign`}`
          : `see what it does, and let it end: ${on(session.target)`ps -fp ${String(pid)}`}`,
    },
  )
}

/** The first of any program. Throws STORAGE_WEDGED. */
async function diskUser(config: string, {session, signal}: Context) {
  const {stdout} = await session.script(diskUsersScript, [config], {deadlineMs: 10_000, signal}).catch((cause) => {
    if (!(cause instanceof CtysError && cause.code === 'COMMAND_TIMEOUT')) throw cause
    const message = `the open files of the host did not answer; whether a disk beside ${config} is in use is not known`
    throw new PreconditionError('STORAGE_WEDGED', message, {hint: 'try again when the storage answers', cause})
  })
  const [, pid, user = '', name = ''] = /^uses (\d+) (\S+) ?(.*)$/m.exec(stdout.toString()) ?? []
  return pid === undefined ? undefined : {pid: Number(pid), user, name}
}
