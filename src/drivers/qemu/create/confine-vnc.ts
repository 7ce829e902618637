/**
 * A screen that a wrapper opens to the network (`-vnc :5`) is moved to loopback, at the start and only then: who is
 * connected already keeps his session, so at a later time he would only be hidden. QEMU's own word decides whether it
 * worked, never that it took the command.
 */
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {RunningMachine} from '../../../domain/work/answers.js'
import type {Monitor} from '../monitor/adapters.js'
import {withMonitor} from '../monitor/monitor.js'
import {isLocal, moveToLoopback, queryVnc, type VncState} from '../monitor/vnc.js'
import {vncPortBase} from '../paths.js'
import type {QemuProcess} from '../process/processes.js'
import {endStart} from './end-start.js'
import type {Settling, Started} from './start-request.js'

const monitorMs = 3_000

/**
 * `value` is the option that opens it. Where it listens afterwards; undefined when an address of the network is left,
 * or a viewer, or nobody could be asked.
 */
export async function confineVnc(
  process: QemuProcess,
  value: string,
  context: HostContext,
): Promise<string | undefined> {
  const state = await atMonitor(process, context, async (monitor) => {
    const before = await queryVnc(monitor)
    const open = before.addresses.filter((address) => !isLocal(address)).map(({service}) => service)
    const stated = String(vncPortBase + Number(/^[^,]*:(\d+)/.exec(value)?.[1]))
    const port = open.includes(stated) ? stated : open.find((service) => /^\d+$/.test(service))
    if (port !== undefined) await moveToLoopback(monitor, value, port).catch(unlessRefused)
    return queryVnc(monitor)
  })
  if (state === undefined || state.clients > 0 || !state.addresses.every(isLocal)) return undefined
  return (
    state.addresses.map(({host, service}) => (host === '' ? service : `${host}:${service}`)).join(', ') || 'nowhere'
  )
}

/** Undefined when nobody could be asked. */
export function inspectVnc(process: QemuProcess, context: HostContext): Promise<VncState | undefined> {
  return atMonitor(process, context, queryVnc)
}

async function atMonitor<T>(
  process: QemuProcess,
  {session, signal}: HostContext,
  use: (monitor: Monitor) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withMonitor(session, process, {deadlineMs: monitorMs, signal}, use)
  } catch (error) {
    if (signal.aborted || !(error instanceof CtysError) || error.code === 'CONNECTION_LOST') throw error
    return undefined
  }
}

/** What QEMU then says of its addresses decides. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof ActionError && error.code === 'MONITOR_FAILED')) throw error
}

/** The display QEMU really took, where its command line does not say which. */
export function withDisplay(machine: RunningMachine, vnc: VncState | undefined): RunningMachine {
  const port = Number(vnc?.addresses.find(({isUnix}) => !isUnix)?.service)
  if (machine.vncDisplay !== '' || !Number.isInteger(port) || port < vncPortBase) return machine
  return {...machine, vncDisplay: String(port - vncPortBase), cport: String(port)}
}

/** As the machine would otherwise show its screen to everybody: ends it, and says which line to change. */
export async function endExposed(
  value: string,
  started: Started,
  {machine, wrapper, token}: Settling,
  {session}: HostContext,
): Promise<ActionError> {
  const found = await session.exec(['grep', '-n', '-e', '-vnc', '--', wrapper], {deadlineMs: 5_000})
  const lines = found.stdout.toString().split('\n').filter(Boolean).slice(0, 5)
  const display = /:(\d+)/.exec(value)?.[1] ?? 'N'
  return endStart(session, {
    token,
    started,
    code: 'VNC_EXPOSED',
    message: `${formatTarget(session.target)}: ${machine.label} opened VNC to the network (-vnc ${value}); it was ended`,
    hint: `in ${wrapper}, write -vnc 127.0.0.1:${display} instead of -vnc ${value}; or, if everybody may see it: --allow-vnc-network`,
    details: lines.map((line) => `${wrapper}:${line}`),
  })
}
