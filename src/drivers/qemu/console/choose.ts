/** The running machine that a look or a touch means: its console, screen, keys and monitor. */
import type {MachineAddress} from '../../../domain/machine/machine-address.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {SeenMachine} from '../../../domain/work/console-answers.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import type {Verb} from '../../../domain/work/verbs.js'
import {chooseOne} from '../cancel/find.js'
import {unreachable} from '../cancel/unreachable.js'
import type {Monitor} from '../monitor/adapters.js'
import {NoMonitor, withMonitor} from '../monitor/monitor.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'

const monitorMs = 5_000

type Shown = Pick<TaskOf<Verb>, 'record' | 'target'> & {readonly ask: {readonly machine: MachineAddress}}

/** A foreign machine too: who names one may look at it. Throws as `chooseOne`. */
export async function chooseShown({ask, record, target}: Shown, {session, signal}: HostContext): Promise<QemuProcess> {
  const seen = await scanQemu(session, {signal})
  const wanted = {address: ask.machine, target, ...(record !== undefined && {record})}
  return (await chooseOne(wanted, seen, {session, signal})).process
}

export function nameOf({label, pid}: QemuProcess): string {
  return label || `process ${pid}`
}

export function seenMachine({label, config, uuid, pid}: QemuProcess): SeenMachine {
  return {label, id: config?.path ?? '', uuid, pid}
}

/** The monitor of the process itself; `wanted` completes "cannot be asked to". Throws ActionError MONITOR_FAILED. */
export async function atMonitor<T>(
  process: QemuProcess,
  wanted: string,
  {session, signal}: HostContext,
  use: (monitor: Monitor) => Promise<T>,
): Promise<T> {
  try {
    return await withMonitor(session, process, {deadlineMs: monitorMs, signal}, use)
  } catch (error) {
    if (!(error instanceof NoMonitor)) throw error
    throw await unreachable(session, error, {wanted, signal})
  }
}
