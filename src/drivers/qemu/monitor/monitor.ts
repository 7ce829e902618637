/**
 * One way to talk to a running QEMU, whichever monitor it has: QMP where there is one, else the human monitor, alone or
 * shared with the console. Before anything else the machine behind the socket must be the one of the process: its UUID
 * and name, or its boot image when it has neither.
 *
 * A monitor takes one client at a time: while somebody's console holds it, nobody answers.
 */
import {ActionError, CtysError} from '../../../domain/errors.js'
import {normalizeUuid} from '../../../domain/machine/machine-address.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import type {MachineState} from '../../../domain/work/answers.js'
import type {MonitorSocket} from '../process/command-line.js'
import type {QemuProcess} from '../process/processes.js'
import {openHmp} from './hmp.js'
import {openQmp, type QmpClient} from './qmp.js'

export interface MonitorOptions {
  /** Limit of each command; together the sockets of a machine get the same time to let us in. */
  readonly deadlineMs: number
  readonly signal: AbortSignal
}

/** Every method throws ActionError MONITOR_FAILED when QEMU refuses or does not answer. */
export interface Monitor {
  readonly kind: MonitorSocket['kind']
  state(): Promise<MachineState>
  /** Such as `7.2.22`, or empty. */
  version(): Promise<string>
  powerdown(): Promise<void>
  /** Done when QEMU said yes or hung up. */
  quit(): Promise<void>
  reset(): Promise<void>
  stop(): Promise<void>
  cont(): Promise<void>
  /** A line for the human monitor; its answer as text. */
  human(line: string, deadlineMs?: number): Promise<string>
  /** Commands that only QMP has. */
  readonly execute?: QmpClient['execute']
}

/**
 * Tries the sockets of the process one after the other and hands the first that lets us in to `use`. Throws ActionError
 * MONITOR_FAILED when none does, STOP_UNPROVEN when another machine answers.
 */
export async function withMonitor<T>(
  session: HostSession,
  process: QemuProcess,
  options: MonitorOptions,
  use: (monitor: Monitor) => Promise<T>,
): Promise<T> {
  const sockets = process.monitorSockets
  let fault: unknown = new ActionError('MONITOR_FAILED', `${process.label || process.pid}: has no monitor socket`)
  for (const socket of sockets) {
    let opened: Opened
    try {
      opened = await open(session, process, socket, {...options, openMs: options.deadlineMs / sockets.length})
    } catch (error) {
      if (options.signal.aborted) throw error
      fault = error
      continue
    }
    try {
      return await use(opened.monitor)
    } finally {
      await opened.close()
    }
  }
  throw fault instanceof ActionError
    ? fault
    : new ActionError('MONITOR_FAILED', `no monitor lets us in: ${String(fault)}`, {cause: fault})
}

export interface LiveFacts {
  readonly state: MachineState
  readonly version: string
}

/** Never throws: state `unknown` when nobody answers within two seconds. */
export async function queryLive(session: HostSession, process: QemuProcess, signal: AbortSignal): Promise<LiveFacts> {
  try {
    return await withMonitor(session, process, {deadlineMs: 2_000, signal}, async (monitor) => ({
      state: await monitor.state(),
      version: await monitor.version(),
    }))
  } catch (error) {
    if (error instanceof CtysError) return {state: 'unknown', version: ''}
    throw error
  }
}

/** Never throws: `unknown` when nobody answers within two seconds. */
export async function queryState(
  session: HostSession,
  process: QemuProcess,
  signal: AbortSignal,
): Promise<MachineState> {
  return (await queryLive(session, process, signal)).state
}

interface Opened {
  readonly monitor: Monitor
  close(): Promise<void>
}

async function open(
  session: HostSession,
  process: QemuProcess,
  {kind, path}: MonitorSocket,
  options: MonitorOptions & {readonly openMs: number},
): Promise<Opened> {
  const stream = await session.open({unix: path}, {deadlineMs: options.openMs, signal: options.signal})
  const opened =
    kind === 'qmp'
      ? overQmp(await openQmp(stream, options))
      : overHmp(
          kind,
          await openHmp(stream, {...options, ...(kind === 'mux' && {escapeCode: process.commandLine.escapeCode})}),
        )
  try {
    await proveIdentity(opened.monitor, process)
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** The human form of the questions is understood by both monitors; only QMP takes them all at once. */
async function proveIdentity(monitor: Monitor, {commandLine, label, pid}: QemuProcess): Promise<void> {
  const {uuid, name, image} = commandLine
  const questions = [
    ...(uuid === '' ? [] : [{line: 'info uuid', proves: (row: string) => normalizeUuid(row).endsWith(uuid)}]),
    ...(name === '' ? [] : [{line: 'info name', proves: (row: string) => row.endsWith(name)}]),
    ...(uuid + name !== '' || image === '' ? [] : [{line: 'info block', proves: (row: string) => row.includes(image)}]),
  ]
  const answers: string[] = []
  if (monitor.kind === 'qmp') answers.push(...(await Promise.all(questions.map(({line}) => monitor.human(line)))))
  else for (const {line} of questions) answers.push(await monitor.human(line))
  const proven = questions.map(({proves}, i) => answers[i]?.split('\n').some((row) => proves(row.trim())) ?? false)
  if (proven.length === 0 || proven.includes(false)) {
    throw new ActionError(
      'STOP_UNPROVEN',
      `${label || `process ${pid}`}: its monitor does not prove to be this machine`,
    )
  }
}

function overQmp(client: QmpClient): Opened {
  const run = async (command: string) => void (await client.execute(command))
  const monitor: Monitor = {
    kind: 'qmp',
    state: async () => toState((await client.execute('query-status')) as {status?: unknown}),
    version: async () => client.version,
    powerdown: () => run('system_powerdown'),
    quit: () => untilClosed(run('quit'), client),
    reset: () => run('system_reset'),
    stop: () => run('stop'),
    cont: () => run('cont'),
    human: async (line, deadlineMs) =>
      String(await client.execute('human-monitor-command', {'command-line': line}, deadlineMs)).replaceAll('\r', ''),
    execute: client.execute,
  }
  return {monitor, close: client.close}
}

function overHmp(kind: MonitorSocket['kind'], client: Awaited<ReturnType<typeof openHmp>>): Opened {
  const run = async (line: string) => {
    const answer = await client.command(line)
    if (/^(Error|unknown command)/m.test(answer)) throw new ActionError('MONITOR_FAILED', `QEMU refused: ${answer}`)
  }
  const monitor: Monitor = {
    kind,
    state: async () => {
      const found = /VM status: ([a-z-]+)(?: \(([a-z-]+)\))?/.exec(await client.command('info status'))
      return toState({status: found?.[2] ?? found?.[1]})
    },
    version: async () => client.version || (/\d+(\.\d+)+/.exec(await client.command('info version'))?.[0] ?? ''),
    powerdown: () => run('system_powerdown'),
    quit: () => untilClosed(run('quit'), client),
    reset: () => run('system_reset'),
    stop: () => run('stop'),
    cont: () => run('cont'),
    human: client.command,
  }
  return {monitor, close: client.close}
}

/** QEMU may be gone before its answer is. */
async function untilClosed(answer: Promise<void>, client: {isClosed(): boolean}): Promise<void> {
  try {
    await answer
  } catch (error) {
    if (!client.isClosed()) throw error
  }
}

/** RunState of qapi/run-state.json. */
const states: Readonly<Record<string, MachineState>> = {
  running: 'running',
  paused: 'paused',
  postmigrate: 'paused',
  'finish-migrate': 'paused',
  'save-vm': 'paused',
  'restore-vm': 'paused',
  'io-error': 'paused',
  watchdog: 'paused',
  debug: 'paused',
  colo: 'paused',
  suspended: 'suspended',
  shutdown: 'shutdown',
  prelaunch: 'prelaunch',
  inmigrate: 'prelaunch',
  'internal-error': 'crashed',
  'guest-panicked': 'crashed',
}

function toState({status}: {readonly status?: unknown}): MachineState {
  return (typeof status === 'string' && Object.hasOwn(states, status) ? states[status] : undefined) ?? 'unknown'
}
