/** Where the other side of a machine's migration is, as far as its host can tell. */
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {listNames} from '../../../lib/list-names.js'
import {pastable} from '../../../lib/shell-quote.js'
import {type QemuProcess, scanQemu} from '../process/processes.js'

/**
 * A guest comes by what -incoming says. Where one went is not kept by QEMU: a process of the same UUID or name on the host
 * is told, else the hosts for which the inventory has the machine: it is to be looked for there.
 */
export async function otherSide(
  session: HostSession,
  process: QemuProcess,
  {signal, places}: {readonly signal: AbortSignal; readonly places: readonly string[]},
): Promise<string> {
  const incoming = process.commandLine.options.findLast(({name}) => name === 'incoming')?.value
  if (incoming === 'defer') return `from where, nobody has told this QEMU yet (-incoming defer)`
  if (incoming !== undefined) return `the other side sends to ${incoming} on ${formatTarget(session.target)}`
  const {name, uuid} = process.commandLine
  const {processes} = await scanQemu(session, {signal}).catch(() => ({processes: []}))
  const twin = processes.find(
    ({pid, commandLine}) =>
      pid !== process.pid &&
      ((uuid !== '' && commandLine.uuid === uuid) || (uuid === '' && name !== '' && commandLine.name === name)),
  )
  if (twin !== undefined) return `the other side is process ${twin.pid} on ${formatTarget(session.target)}`
  const host = formatTarget(session.target)
  return places.length === 0
    ? `QEMU does not say where; it is none of ${host}, and no other host is recorded that sees its disk: ctys list @all`
    : `QEMU does not say where; of the hosts it may be on it is recorded for ${listNames(places)}: ctys list ${places.slice(0, 5).map(pastable).join(' ')}`
}
