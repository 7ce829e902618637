/** A machine that a CREATE does not find in any directory, and that runs on the host all the same. */
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import {type MachineAddress, matchesAddress} from '../../../domain/machine/machine-address.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {here} from '../../../lib/command-on.js'
import {isForeign} from '../cancel/refusals.js'
import {toRunningMachine} from '../list/list.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'

/** The error with the processes that are called so, wherever they lie; as it was where none is seen, or where it says something else. */
export async function withRunning(
  error: unknown,
  {basePaths: _, ...address}: MachineAddress,
  {session, signal}: Pick<HostContext, 'session' | 'signal'>,
): Promise<unknown> {
  if (!(error instanceof CtysError) || error.code !== 'MACHINE_NOT_FOUND') return error
  const {processes} = await scanQemu(session, {signal}).catch((fault: unknown) => {
    if (fault instanceof CtysError) return {processes: []}
    throw fault
  })
  const called = processes.filter((process) => matchesAddress(address, toRunningMachine(process, session.target)))
  if (called.length === 0) return error
  const host = formatTarget(session.target)
  return new PreconditionError(error.code, error.message, {
    hint: `${here`ctys list ${host}`} shows it; to have it as a machine of ctys: ${here`ctys adopt ${host}`}`,
    details: [...called.map((process) => `it runs there all the same: ${ownerOf(process)}`), ...(error.details ?? [])],
  })
}

function ownerOf(process: QemuProcess): string {
  const {pid, user, manager} = process
  const whose = manager !== undefined ? [`run by ${manager.name}`] : isForeign(process) ? ['foreign'] : []
  return [`process ${pid}`, `user ${user}`, ...whose].join(', ')
}
