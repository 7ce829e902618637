/** Which of the running machines of a host a CANCEL means. Looks only. */

import {PreconditionError} from '../../../domain/errors.js'
import type {InventoryRecord} from '../../../domain/inventory/inventory-record.js'
import {doubtOf, seeAllHint} from '../../../domain/machine/list-doubt.js'
import {
  type AddressableMachine,
  formatAddress,
  isBelowBases,
  matchesAddress,
  normalizeUuid,
} from '../../../domain/machine/machine-address.js'
import {shortestUniqueAddresses} from '../../../domain/machine/unique-address.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {RunningMachine} from '../../../domain/work/answers.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import {pastable} from '../../../lib/shell-quote.js'
import {withAbsoluteBases} from '../bases.js'
import {toRunningMachine} from '../list/list.js'
import {type QemuProcess, type SeenProcesses, scanQemu} from '../process/processes.js'

export interface Chosen {
  readonly processes: readonly QemuProcess[]
  /** Of `all`: running machines that were passed over. */
  readonly foreign: number
  readonly ofOthers: number
  /** Of `all`: there may be machines of other users that this account cannot see. */
  readonly hidden: boolean
}

/**
 * One machine for an address, or with `all` every machine of ctys the user may signal; a foreign machine is never part
 * of `all`. Throws PreconditionError NOT_RUNNING, MACHINE_AMBIGUOUS, or PROCESSES_HIDDEN or STORAGE_WEDGED when the host
 * does not show enough to say that it is not running.
 */
export async function chooseMachines(
  task: TaskOf<'cancel'>,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<Chosen> {
  const seen = await scanQemu(session, {signal, managed: task.ask.machine === 'all'})
  const {processes, hidden} = seen
  if (task.ask.machine === 'all') {
    const me = (await session.exec(['id', '-u'], {signal})).stdout.toString().trim()
    const managed = processes.filter(({config}) => config !== undefined)
    const own = managed.filter(({uid}) => me === '0' || uid === me)
    const foreign = processes.length - managed.length
    return {processes: own, foreign, ofOthers: managed.length - own.length, hidden}
  }
  const address = await withAbsoluteBases(task.ask.machine, {session, signal})
  const {record} = task
  const isNamed = record !== undefined && isBelowBases(record.id, address.basePaths)
  const found = processes.filter((process) => {
    const machine = toAddressable(toRunningMachine(process))
    const {name} = process.commandLine
    return (
      matchesAddress(address, machine) ||
      matchesAddress(address, {...machine, label: name}) ||
      (isNamed && isOfRecord(machine, record))
    )
  })
  if (found.length === 0) throw notFound(formatAddress(address), seen, formatTarget(task.target))
  if (found.length > 1) {
    const machines = found.map((process) => toAddressable(toRunningMachine(process)))
    throw new PreconditionError('MACHINE_AMBIGUOUS', `${found.length} running machines fit ${formatAddress(address)}`, {
      hint: 'use one of these addresses',
      details: shortestUniqueAddresses(machines).map((text, i) => text || `process ${found[i]?.pid} (no address)`),
    })
  }
  return {processes: found, foreign: 0, ofOthers: 0, hidden}
}

function notFound(address: string, seen: SeenProcesses, host: string): PreconditionError {
  const list = `ctys list ${pastable(host)}`
  switch (doubtOf(seen)) {
    case 'PROCESSES_HIDDEN': {
      const message = `no running machine this account sees fits ${address}, and the host hides those of other users`
      return new PreconditionError('PROCESSES_HIDDEN', message, {hint: seeAllHint})
    }
    case 'STORAGE_WEDGED': {
      const message = `no running machine fits ${address}, but the configurations beside the images did not answer`
      return new PreconditionError('STORAGE_WEDGED', message, {
        hint: `name the machine by its UUID; see: ${list}`,
      })
    }
    default:
      return new PreconditionError('NOT_RUNNING', `no running machine fits ${address}`, {hint: `see: ${list}`})
  }
}

function toAddressable({label, id, uuid, macs, tcps}: RunningMachine): AddressableMachine {
  return {label, id, uuid, macs, tcps}
}

/** The inventory may have named the machine by what only it knows; the configuration path is the identity then. */
function isOfRecord({id, uuid}: AddressableMachine, record: InventoryRecord): boolean {
  if (id !== '') return id === record.id
  return uuid !== '' && uuid === normalizeUuid(record.uuid)
}
