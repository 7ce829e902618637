/** Where the other side of a machine's migration is, as far as its host can tell. */
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {splitOptions} from '../process/command-line-options.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'

/**
 * A guest comes by what -incoming says. Where one went is not kept by QEMU: a process of the same UUID or name on the host
 * is told, else the machine is to be looked for on the hosts it may have gone to.
 */
export async function otherSide(session: HostSession, process: QemuProcess, signal: AbortSignal): Promise<string> {
  const incoming = splitOptions(process.argv).findLast(({name}) => name === 'incoming')?.value
  if (incoming !== undefined) return `the other side sends to ${incoming} on ${formatTarget(session.target)}`
  const {name, uuid} = process.commandLine
  const {processes} = await scanQemu(session, {signal}).catch(() => ({processes: []}))
  const twin = processes.find(
    ({pid, commandLine}) =>
      pid !== process.pid &&
      ((uuid !== '' && commandLine.uuid === uuid) || (uuid === '' && name !== '' && commandLine.name === name)),
  )
  return twin === undefined
    ? 'the other side is the host it was sent to: see ctys list of the hosts that see its disk'
    : `the other side is process ${twin.pid} on ${formatTarget(session.target)}`
}
