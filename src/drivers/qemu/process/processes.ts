/**
 * The QEMU processes of a host, in one round trip: remote/processes.ts looks, read-processes.ts reads what it printed,
 * decides which of the processes are machines, and pairs each with its configuration file by the naming rules of ctys.
 *
 * A managed machine's boot image lies beside `<prefix>.ctys` (or `.conf`), where the prefix is, in this order, the name
 * of the directory, the name of the image without its ending, or the label (-name).
 */
import {randomBytes} from 'node:crypto'
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {processesScript} from '../remote/processes.js'
import {expectBounded} from './bounds.js'
import type {SeenProcesses} from './qemu-process.js'
import {readProcesses} from './read-processes.js'

export type {Proof, QemuProcess, SeenProcesses} from './qemu-process.js'

/** The script gives up on what hangs before that. */
const inspectMs = 15_000

/**
 * Throws PreconditionError COMMAND_FAILED when the host shows no process table, or not all of it. Where a file system hangs the
 * configuration files of who has processes there are left out: then his machines look foreign, but none is missing.
 */
export async function scanQemu(session: HostSession, {signal}: {readonly signal: AbortSignal}): Promise<SeenProcesses> {
  try {
    return await inspect(session, {configs: true, signal})
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'COMMAND_TIMEOUT')) throw error
    return inspect(session, {configs: false, signal})
  }
}

async function inspect(
  session: HostSession,
  {configs, signal}: {readonly configs: boolean; readonly signal: AbortSignal},
): Promise<SeenProcesses> {
  const mark = randomBytes(16).toString('hex')
  const result = await session.script(processesScript, [mark, configs ? '1' : '0'], {deadlineMs: inspectMs, signal})
  if (result.exitCode !== 0) {
    throw new PreconditionError('COMMAND_FAILED', 'the host does not show its processes', {
      details: result.stderr.toString().split('\n').slice(0, 5),
    })
  }
  await expectBounded(result.stdout, mark)
  const seen = readProcesses(result.stdout, mark)
  if (!seen.isWhole) {
    throw new PreconditionError('COMMAND_FAILED', 'the host broke off while it showed its processes', {
      hint: 'see what its shell prints and whether it runs awk and ls: its answer was not complete',
      details: result.stderr.toString().split('\n').slice(0, 5),
    })
  }
  if (configs) return seen
  return {
    ...seen,
    processes: seen.processes.map((process) => ({...process, unread: true})),
    wedged: seen.processes.length > 0,
  }
}
