/** Which of the running machines of a host a CANCEL means. Looks only. */
import {PreconditionError} from '../../../domain/errors.js'
import type {InventoryRecord} from '../../../domain/inventory/inventory-record.js'
import type {LeftAlone} from '../../../domain/machine/left-alone.js'
import type {Unseen} from '../../../domain/machine/list-doubt.js'
import {
  type AddressableMachine,
  formatAddress,
  isBelowBases,
  isKnownUuid,
  type MachineAddress,
  matchesAddress,
  normalizeUuid,
} from '../../../domain/machine/machine-address.js'
import {shortestUniqueAddresses} from '../../../domain/machine/unique-address.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import type {Target} from '../../../domain/target.js'
import type {RunningMachine} from '../../../domain/work/answers.js'
import type {TaskOf} from '../../../domain/work/plan.js'
import {pastable} from '../../../lib/shell-quote.js'
import {withAbsoluteBases} from '../bases.js'
import {toRunningMachine} from '../list/list.js'
import {type DiskUsers, diskUsersOf, diskUserText} from '../process/disk-users.js'
import {evidenceOf, unprovenText} from '../process/evidence.js'
import {type Proof, type QemuProcess, type SeenProcesses, scanQemu} from '../process/processes.js'
import {contradiction} from './contradiction.js'
import {namedByFile} from './named-by-file.js'
import {isForeign, isUnread, notFound, refuseForeign, refuseUnread} from './refusals.js'

export interface Chosen {
  readonly processes: readonly QemuProcess[]
  /** Boot id and PID namespace of the host, or empty. */
  readonly hostId: string
  /** Of `all`: machines that run and were passed over. */
  readonly leftAlone: readonly LeftAlone[]
  /** Of `all`: processes of the account that may be machines of ctys; their files did not say. */
  readonly unread: readonly QemuProcess[]
  /** Of `all`: there may be machines of other users that this account cannot see. */
  readonly hidden: boolean
  /** Of `all`: users whose processes were not all looked at. */
  readonly unseen: readonly Unseen[]
}

/**
 * One machine for an address, or with `all` every machine of ctys the user may signal; a foreign machine is never part
 * of `all`, and an address means one only with `foreign`; so it is with one whose files did not say whose it is. What only
 * calls itself by the name of a machine is passed over. Throws PreconditionError NOT_RUNNING, MACHINE_AMBIGUOUS,
 * FOREIGN_MACHINE, or PROCESSES_HIDDEN or STORAGE_WEDGED when the host does not show enough to say that it is not running,
 * or whose it is.
 */
export async function chooseMachines(
  task: TaskOf<'cancel'>,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<Chosen> {
  const seen = await scanQemu(session, {signal})
  const {processes, hidden, hostId, unseen} = seen
  if (task.ask.machine === 'all') {
    const me = (await session.exec(['id', '-u'], {signal})).stdout.toString().trim()
    const isMine = ({uid}: QemuProcess) => me === '0' || uid === me
    const ours = processes.filter((process) => !isForeign(process))
    const unread = processes.filter((process) => isUnread(process) && isMine(process))
    const leftAlone = processes.flatMap((process) => {
      if (unread.includes(process)) return []
      const why = isForeign(process) ? 'foreign' : isMine(process) ? undefined : 'otherUser'
      return why === undefined ? [] : [toLeftAlone(process, why, session.target)]
    })
    return {processes: ours.filter(isMine), hostId, leftAlone, unread, hidden, unseen}
  }
  const {process, ours} = await chooseOne({...task, address: task.ask.machine}, seen, {session, signal})
  if (isForeign(process) && task.ask.foreign !== true && !ours.has(process)) {
    throw isUnread(process) ? refuseUnread(process, task.target) : refuseForeign(process, task.target)
  }
  return {processes: [process], hostId, leftAlone: [], unread: [], hidden, unseen: []}
}

export interface Wanted extends Pick<TaskOf<'cancel'>, 'record' | 'target'> {
  readonly address: MachineAddress
}

/**
 * The one running machine an address means, and whether it is one of ctys'. Throws PreconditionError NOT_RUNNING,
 * MACHINE_AMBIGUOUS, or PROCESSES_HIDDEN or STORAGE_WEDGED when the host does not show enough.
 */
export async function chooseOne(
  wanted: Wanted,
  seen: SeenProcesses,
  {session, signal}: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<{readonly process: QemuProcess; readonly ours: ReadonlySet<QemuProcess>}> {
  const {processes} = seen
  const {target} = wanted
  const address = await withAbsoluteBases(wanted.address, {session, signal})
  const byWords = await fittingOf(processes, wanted, address, {session, signal})
  const {ours} = byWords
  const isFound = byWords.fitting.length > 0
  const byFile = isFound ? nobody : await namedByFile(processes, address.label, {session, signal})
  // a name alone is no proof of a machine that is recorded
  const isKnown = wanted.record !== undefined
  const claims = isKnown ? byFile.fitting.map((each) => unprovenText(each, formatAddress(address))) : []
  const fitting = [...byWords.fitting, ...(isKnown ? [] : byFile.fitting)]
  const told = [...byWords.told, ...claims, ...byFile.told]
  const [process, ...others] = fitting
  if (process === undefined) {
    throw notFound(address, {seen, target, told: [...told, ...(await inUse(wanted.record, seen, {session, signal}))]})
  }
  if (others.length > 0) {
    const machines = fitting.map((each) => toAddressable(each, session.target))
    const among = processes.map((each) => toAddressable(each, session.target))
    throw new PreconditionError(
      'MACHINE_AMBIGUOUS',
      `${fitting.length} running machines fit ${formatAddress(address)}`,
      {hint: 'use one of these addresses', details: shortestUniqueAddresses(machines, among).map(pastable)},
    )
  }
  return {process, ours}
}

/** A QEMU that nothing calls so may run it all the same. */
async function inUse(
  record: InventoryRecord | undefined,
  {processes}: SeenProcesses,
  context: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<readonly string[]> {
  if (!record?.id.startsWith('/')) return []
  const {process} = await diskUsersOf(record.id, context).catch((error): DiskUsers => {
    if (!(error instanceof PreconditionError)) throw error
    return {}
  })
  const isTold = processes.some(({pid}) => pid === process?.pid)
  return process === undefined || isTold ? [] : [`a disk of it is in use: ${diskUserText(process)}`]
}

const nobody = {fitting: [], told: []}

interface Fitting {
  readonly fitting: readonly QemuProcess[]
  /** Those of them that are proven to be the machine of the record, though no configuration lies beside their disks. */
  readonly ours: ReadonlySet<QemuProcess>
  /** A line for each process that only seems to fit. */
  readonly told: readonly string[]
}

/** The processes an address means; where the inventory knows the machine, its files are asked whose process it is. */
async function fittingOf(
  processes: readonly QemuProcess[],
  {record, target}: Pick<TaskOf<'cancel'>, 'record' | 'target'>,
  address: MachineAddress,
  context: {readonly session: HostSession; readonly signal: AbortSignal},
): Promise<Fitting> {
  const matching = processes.filter((process) => {
    const machine = toAddressable(process, target)
    const {name} = process.commandLine
    if (matchesAddress(address, machine) || matchesAddress(address, {...machine, label: name})) return true
    return record !== undefined && isBelowBases(record.id, address.basePaths) && isOfRecord(machine, record)
  })
  if (address.pid !== undefined) return {fitting: matching, ours: new Set(), told: []}
  const isKnown = record !== undefined || matching.some((process) => !isForeign(process))
  const doubtful = matching.filter(({config}) => config === undefined || config.path !== record?.id)
  const path = record?.id.startsWith('/') ? record.id : ''
  const evidence = path === '' ? [] : await evidenceOf(doubtful, path, context).catch(byPid(doubtful))
  const proofs = new Map(doubtful.map((process, i) => [process, evidence[i]?.proof ?? process.proof]))
  const told: string[] = []
  const ours = new Set<QemuProcess>()
  const fitting = matching.filter((process) => {
    const proof = proofs.get(process) ?? 'disk'
    const isClaim = process.config === undefined && proof === 'none' && (process.claims !== undefined || isKnown)
    const fault =
      (proof === 'disk' ? undefined : contradiction(process, address, record)) ??
      (isClaim ? unprovenText(process, formatAddress(address)) : undefined)
    if (fault !== undefined) told.push(`${fault}; its address: pid:${process.pid}`)
    else if (isOurs(process, proof, record)) ours.add(process)
    return fault === undefined
  })
  return {fitting, ours, told}
}

/** Where the files of the machine do not answer, its process can be named all the same. */
function byPid(doubtful: readonly QemuProcess[]): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof PreconditionError && error.code === 'STORAGE_WEDGED')) throw error
    const details = doubtful.map(({pid, user}) => `process ${pid} of ${user} may be it; its address: pid:${pid}`)
    const {message, hint, cause} = error
    throw new PreconditionError('STORAGE_WEDGED', message, {...(hint !== undefined && {hint}), details, cause})
  }
}

/** Not by its name: by a disk of it, or by its UUID where that is more than words. */
function isOurs({uuid, manager, isolated}: QemuProcess, proof: Proof, record: InventoryRecord | undefined): boolean {
  if (record === undefined || manager !== undefined || isolated) return false
  return proof === 'disk' || (proof !== 'none' && isKnownUuid(uuid) && uuid === normalizeUuid(record.uuid))
}

function toAddressable(process: QemuProcess, target: Target): AddressableMachine {
  const {label, id, uuid, macs, tcps, pid}: RunningMachine = toRunningMachine(process, target)
  return {label, id, uuid, macs, tcps, pid}
}

/** The inventory may have named the machine by what only it knows; the configuration path is the identity then. */
function isOfRecord({id, uuid}: AddressableMachine, record: InventoryRecord): boolean {
  if (id !== '') return id === record.id
  return uuid !== '' && uuid === normalizeUuid(record.uuid)
}

function toLeftAlone(process: QemuProcess, why: LeftAlone['why'], target: Target): LeftAlone {
  const {label, uuid, pid, uid, disk, manager, managerCommand} = toRunningMachine(process, target)
  return {
    ...{label, uuid, pid, uid, why},
    ...(disk !== undefined && {disk}),
    ...(manager !== undefined && {manager}),
    ...(managerCommand !== undefined && {managerCommand}),
  }
}
