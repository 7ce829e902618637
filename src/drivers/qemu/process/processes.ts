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

/**
 * Throws PreconditionError COMMAND_FAILED when the host shows no process table. When a file system hangs the
 * configuration files are left out: then every machine looks foreign, but none is missing. For who must tell them apart
 * (`managed`) that is STORAGE_WEDGED.
 */
export async function scanQemu(
  session: HostSession,
  {signal, managed = false}: {readonly signal: AbortSignal; readonly managed?: boolean},
): Promise<SeenProcesses> {
  try {
    return await look(session, {configs: true, signal})
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'COMMAND_TIMEOUT')) throw error
    if (managed) {
      const message = 'the configurations beside the images did not answer, so machines of ctys look like foreign ones'
      throw new PreconditionError('STORAGE_WEDGED', message, {hint: 'name the machine', cause: error})
    }
    return look(session, {configs: false, signal})
  }
}

async function look(
  session: HostSession,
  {configs, signal}: {readonly configs: boolean; readonly signal: AbortSignal},
): Promise<SeenProcesses> {
  const mark = randomBytes(16).toString('hex')
  const result = await session.script(processesScript, [mark, configs ? '1' : '0'], {deadlineMs: 10_000, signal})
  if (result.exitCode !== 0) {
    throw new PreconditionError('COMMAND_FAILED', 'the host does not show its processes', {
      details: result.stderr.toString().split('\n').slice(0, 5),
    })
  }
  await expectBounded(result.stdout, mark)
  const seen = readProcesses(result.stdout, mark)
  return {...seen, wedged: !configs && seen.processes.length > 0}
}
