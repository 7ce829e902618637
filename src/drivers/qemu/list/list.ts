/**
 * LIST: every running QEMU of a host, those of ctys and foreign ones told apart, with the state their monitors report.
 * Looks only. The process table is the truth of what runs; a monitor that does not answer costs two seconds and makes
 * the state `unknown`.
 */

import type {HostSession} from '../../../domain/ports/ports.js'
import type {Target} from '../../../domain/target.js'
import type {RunningMachine} from '../../../domain/work/answers.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {HolderState, LeaseHolder} from '../../../domain/work/lease.js'
import {interrupted} from '../../../lib/deadline.js'
import {Gate} from '../../../lib/gate.js'
import {isToldByMonitor, type LiveFacts, queryLive, unasked} from '../monitor/monitor.js'
import {reachOrNothing} from '../monitor/proof.js'
import {vncPortBase} from '../paths.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'
import {holderScript} from '../remote/holder.js'
import {suspendedMachines} from './suspended.js'

/** Below sshd's default of ten channels a connection. */
const monitorsAtOnce = 4

export const list = readingHandler<'list'>(async ({ask}, context) => {
  const {session, signal} = context
  // before the processes: what a holder left that is dead by now is among them
  const holder = ask.holder && (await stateOf(ask.holder, session, signal))
  const {processes, hidden, wedged, hostId, unseen, suspended: noted} = await scanQemu(session, {signal})
  const monitors = new Gate(monitorsAtOnce)
  const reach = await reachOrNothing(session, processes, signal)
  const facts = await monitors.enterAll(
    processes.map((process) => async () => {
      const proven = reach.get(process.pid)
      return proven === undefined ? unasked : queryLive(session, process, signal, proven)
    }),
  )
  if (signal.aborted) throw interrupted()
  const machines = processes.map((process, i) => toRunningMachine(process, session.target, facts[i]))
  const running = new Set(machines.map(({id}) => id))
  const isOff = (path: string) => !running.has(path)
  const known = (await context.recorded?.()) ?? []
  const suspended = await suspendedMachines({noted: noted.filter(isOff), known: known.filter(isOff)}, context)
  return {
    kind: 'list',
    machines: machines.sort(byLabel),
    ...(suspended.length > 0 && {suspended}),
    ...(hidden && {hidden}),
    ...(wedged && {wedged}),
    ...(unseen.length > 0 && {unseen}),
    ...(holder && {holder}),
    ...(hostId !== '' && {hostId}),
  }
})

async function stateOf(holder: LeaseHolder, session: HostSession, signal: AbortSignal): Promise<HolderState> {
  const {place, host, machine, user, pid, start, starter} = holder
  const args = [place, host, machine, user, String(pid), start, starter]
  const {stdout} = await session.script(holderScript, args, {deadlineMs: 5_000, signal})
  const word = stdout.toString().trim()
  return word === 'alive' || word === 'dead' ? word : 'unknown'
}

function byLabel(a: RunningMachine, b: RunningMachine): number {
  if (a.label !== b.label) return a.label < b.label ? -1 : 1
  return a.pid - b.pid
}

/** MACs are those of the command line; addresses of the guest are known from the configuration only. */
export function toRunningMachine(
  process: QemuProcess,
  target: Target,
  {state, version}: LiveFacts = unasked,
): RunningMachine {
  const {config, vncDisplay, manager, imagePath, isolated} = process
  const proof = process.proof === 'none' && isToldByMonitor(state) ? 'monitor' : process.proof
  const interfaces = config?.machine.interfaces ?? []
  const mux = process.monitorSockets.find(({kind}) => kind === 'mux')
  return {
    type: 'QEMU',
    label: process.label,
    id: config?.path ?? '',
    uuid: process.uuid,
    macs: process.macs.length > 0 ? process.macs : valuesOf(interfaces, 'mac'),
    tcps: valuesOf(interfaces, 'tcp'),
    vncDisplay,
    cport: vncDisplay === '' ? '' : String(vncPortBase + Number(vncDisplay)),
    sport: (mux ?? process.monitorSockets[0])?.path ?? '',
    pid: process.pid,
    startTime: process.startTime,
    uid: process.user,
    gid: process.group,
    exePath: process.exePath,
    version,
    accelerator: process.accelerator,
    arch: process.arch,
    state,
    managed: config !== undefined,
    ...(imagePath !== '' && {disk: imagePath}),
    proof,
    ...(manager !== undefined && {manager: manager.name, managerCommand: manager.stop(target)}),
    ...(isolated && {isolated}),
  }
}

function valuesOf(interfaces: readonly Readonly<Record<string, string>>[], field: string): readonly string[] {
  return [...new Set(interfaces.map((entry) => entry[field] ?? '').filter((value) => value !== ''))]
}
