/** Both protocols of QEMU's monitor behind one interface. */
import {ActionError} from '../../../domain/errors.js'
import type {MachineState} from '../../../domain/work/answers.js'
import type {MonitorPoint} from '../process/monitors.js'
import type {HmpClient} from './hmp.js'
import type {QmpClient} from './qmp.js'
import {toState} from './run-states.js'

/** Every method throws ActionError MONITOR_FAILED when QEMU refuses or does not answer. */
export interface Monitor {
  readonly kind: MonitorPoint['kind']
  state(): Promise<MachineState>
  /** Such as `7.2.22`, or empty. */
  version(): Promise<string>
  powerdown(): Promise<void>
  /** Done when QEMU said yes or hung up. */
  quit(): Promise<void>
  reset(): Promise<void>
  stop(): Promise<void>
  cont(): Promise<void>
  /** Of a guest that sleeps in S3. */
  wake(): Promise<void>
  /** A line for the human monitor; its answer as text. */
  human(line: string, deadlineMs?: number): Promise<string>
  /** Commands that only QMP has. */
  readonly execute?: QmpClient['execute']
}

export interface OpenedMonitor {
  readonly monitor: Monitor
  close(): Promise<void>
}

export function overQmp(client: QmpClient): OpenedMonitor {
  const run = async (command: string) => void (await client.execute(command))
  const monitor: Monitor = {
    kind: 'qmp',
    state: async () => toState(((await client.execute('query-status')) as {status?: unknown} | null)?.status),
    version: async () => client.version,
    powerdown: () => run('system_powerdown'),
    quit: () => untilClosed(run('quit'), client),
    reset: () => run('system_reset'),
    stop: () => run('stop'),
    cont: () => run('cont'),
    wake: () => run('system_wakeup'),
    human: async (line, deadlineMs) =>
      String(await client.execute('human-monitor-command', {'command-line': line}, deadlineMs)).replaceAll('\r', ''),
    execute: client.execute,
  }
  return {monitor, close: client.close}
}

export function overHmp(kind: MonitorPoint['kind'], client: HmpClient): OpenedMonitor {
  const run = async (line: string) => {
    const answer = await client.command(line)
    if (/^(Error|unknown command)/m.test(answer)) throw new ActionError('MONITOR_FAILED', `QEMU refused: ${answer}`)
  }
  const monitor: Monitor = {
    kind,
    state: async () => {
      const found = /VM status: ([a-z-]+)(?: \(([a-z-]+)\))?/.exec(await client.command('info status'))
      return toState(found?.[2] ?? found?.[1])
    },
    version: async () => client.version || (/\d+(\.\d+)+/.exec(await client.command('info version'))?.[0] ?? ''),
    powerdown: () => run('system_powerdown'),
    quit: () => untilClosed(run('quit'), client),
    reset: () => run('system_reset'),
    stop: () => run('stop'),
    cont: () => run('cont'),
    wake: () => run('system_wakeup'),
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
