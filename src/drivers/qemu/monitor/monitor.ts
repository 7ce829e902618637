/**
 * One way to talk to a running QEMU, whichever monitor it has: QMP where there is one, else the human monitor, alone or
 * shared with the console, on a Unix socket or a port. Only what the process itself listens on is used (proof.ts), and
 * before anything else the machine behind it must be the one of the process (identity.ts).
 *
 * A monitor takes one client at a time: while somebody's console holds it, nobody answers there, and the next one is
 * tried.
 */
import type {Duplex} from 'node:stream'
import {assertNever} from '../../../domain/assert-never.js'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import type {MachineState} from '../../../domain/work/answers.js'
import type {QemuProcess} from '../process/processes.js'
import {type Monitor, type OpenedMonitor, overHmp, overQmp} from './adapters.js'
import {openHmp} from './hmp.js'
import {proveIdentity} from './identity.js'
import {type Proven, type ProvenMonitor, proveMonitors, type Reach} from './proof.js'
import {openQmp} from './qmp.js'
import {openWay} from './reach.js'

export interface MonitorOptions {
  /** Limit of each command; together the monitors of a machine get the same time to let us in. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
  /** What was proven a moment ago; absent: it is proven now. */
  readonly reach?: Reach
}

/** Why one of the monitors of a machine did not let us in. */
export interface MonitorFault {
  readonly place: ProvenMonitor['place']
  /** `silent`: it took the connection and said nothing in time. `shut`: there was no connection. `refused`: it said no. */
  readonly why: 'silent' | 'shut' | 'doubt' | 'refused'
  readonly message: string
}

/** No monitor of the machine lets us in, so it can be neither asked nor told anything. Nothing was done to it. */
export class NoMonitor extends ActionError {
  readonly process: QemuProcess
  readonly reach: Reach
  readonly faults: readonly MonitorFault[]

  constructor(process: QemuProcess, reach: Reach, faults: readonly MonitorFault[]) {
    const [first] = faults
    const name = process.label || `process ${process.pid}`
    super('MONITOR_FAILED', `${name}: ${first === undefined ? 'it has no monitor' : first.message}`)
    this.process = process
    this.reach = reach
    this.faults = faults
  }
}

/**
 * Tries the monitors of the process one after the other and hands the first that lets us in, and is its own, to `use`.
 * Throws NoMonitor when none does.
 */
export async function withMonitor<T>(
  session: HostSession,
  process: QemuProcess,
  options: MonitorOptions,
  use: (monitor: Monitor) => Promise<T>,
): Promise<T> {
  const reach = options.reach ?? (await proveMonitors(session, [process], options)).get(process.pid) ?? nothing
  const count = reach.monitors.filter(({place}) => 'to' in place).length
  const faults: MonitorFault[] = []
  // it accepts connections, and can say nothing
  if (reach.runState === 'T') throw new NoMonitor(process, reach, faults)
  for (const monitor of reach.monitors) {
    let opened: OpenedMonitor | MonitorFault
    try {
      opened = await open(session, process, monitor, {...options, openMs: options.deadlineMs / count})
    } catch (error) {
      if (options.signal.aborted || !(error instanceof CtysError)) throw error
      if (error.code === 'CONNECTION_LOST') throw error
      const why = error.code === 'UNREACHABLE' ? 'shut' : error.code === 'STOP_UNPROVEN' ? 'doubt' : 'silent'
      opened = {place: monitor.place, why, message: error.message}
    }
    if ('why' in opened) {
      faults.push(opened)
      continue
    }
    try {
      return await use(opened.monitor)
    } finally {
      await opened.close()
    }
  }
  throw new NoMonitor(process, reach, faults)
}

const nothing: Reach = {monitors: [], agents: [], runState: ''}

export interface LiveFacts {
  readonly state: MachineState
  readonly version: string
}

export const unasked: LiveFacts = {state: 'unknown', version: ''}

/** Never throws: state `unknown` when nobody answers within two seconds. */
export async function queryLive(
  session: HostSession,
  process: QemuProcess,
  signal: AbortSignal,
  reach?: Reach,
): Promise<LiveFacts> {
  const options = {deadlineMs: 2_000, signal, ...(reach !== undefined && {reach})}
  if (reach?.monitors.length && reach.monitors.every(({place}) => isTaken(place))) {
    return {...unasked, state: stateWithout(new NoMonitor(process, reach, []))}
  }
  try {
    return await withMonitor(session, process, options, async (monitor) => ({
      state: await monitor.state(),
      version: await monitor.version(),
    }))
  } catch (error) {
    if (error instanceof NoMonitor) return {state: stateWithout(error), version: ''}
    if (error instanceof CtysError) return unasked
    throw error
  }
}

function isTaken(place: Proven): boolean {
  return 'isTaken' in place && place.isTaken === true
}

/** A process that is not stopped, whose command line says that nobody can come to a monitor of it, plainly runs. */
function stateWithout({faults, process, reach}: NoMonitor): MachineState {
  const noneToReach = faults.every(({place}) => 'doubt' in place && place.doubt === 'nowhere')
  const saysAll = !isConfiguredByFile(process)
  return noneToReach && saysAll && /^[RSD]$/.test(reach.runState) ? 'running (no monitor)' : 'unknown'
}

/** Whether a monitor said so: of a machine without one nobody has heard anything. */
export function isToldByMonitor(state: MachineState): boolean {
  return state !== 'unknown' && state !== 'running (no monitor)'
}

/** Its monitors may stand in a file (-readconfig), as Incus and LXD do it, and that was not read. */
export function isConfiguredByFile({commandLine}: QemuProcess): boolean {
  return commandLine.unreadConfig
}

/** Never throws: `unknown` when nobody answers within two seconds. */
export async function queryState(
  session: HostSession,
  process: QemuProcess,
  signal: AbortSignal,
): Promise<MachineState> {
  return (await queryLive(session, process, signal)).state
}

async function open(
  session: HostSession,
  process: QemuProcess,
  {kind, place}: ProvenMonitor,
  options: MonitorOptions & {readonly openMs: number},
): Promise<OpenedMonitor | MonitorFault> {
  if ('doubt' in place) return {place, why: 'doubt', message: doubtText(place, 'its monitor')}
  const stream = await openWay(session, place, {deadlineMs: options.openMs, signal: options.signal})
  const opened = await speak(stream, kind, process, options)
  try {
    await proveIdentity(opened.monitor, process, {isHeld: place.isHeld})
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

async function speak(
  stream: Duplex,
  kind: ProvenMonitor['kind'],
  {commandLine}: QemuProcess,
  options: MonitorOptions & {readonly openMs: number},
): Promise<OpenedMonitor> {
  if (kind === 'qmp') return overQmp(await openQmp(stream, options))
  return overHmp(kind, await openHmp(stream, {...options, ...(kind === 'mux' && {escapeCode: commandLine.escapeCode})}))
}

/** Why a place of the process leads to nobody; `what` is what was looked for there. */
export function doubtText({doubt, text}: Extract<Proven, {doubt: string}>, what: string): string {
  switch (doubt) {
    case 'nowhere':
      return `${what} cannot be reached: ${text}`
    case 'other':
      return `it does not listen on ${text} itself`
    case 'missing':
      return `${text} was removed, so nobody can connect to it any more`
    case 'lost':
      return `${text} is neither in its directory nor beside its disk`
    case 'closed':
      return `this account may not use ${text}`
    case 'hidden':
      return `this account is not shown ${text}`
    case 'waits':
      return 'QEMU waits for somebody to connect to a socket of it, and then starts its guest'
    case 'elsewhere':
      return `${text} is in a mount namespace of its own`
    default:
      return assertNever(doubt)
  }
}
