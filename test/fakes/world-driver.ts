import type {ErrorCode} from '../../src/domain/error-codes.js'
import {PreconditionError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {isKnownUuid, matchesAddress, normalizeUuid} from '../../src/domain/machine/machine-address.js'
import {scanTypes} from '../../src/domain/machine/session-types.js'
import type {Driver, Registry} from '../../src/domain/ports/ports.js'
import {formatTarget} from '../../src/domain/target.js'
import type {EnumeratedMachine, RunningMachine} from '../../src/domain/work/answers.js'
import {readingHandler} from '../../src/domain/work/handler.js'
import type {Task} from '../../src/domain/work/plan.js'
import {listEvery} from '../../src/drivers/host/list/list-every.js'
import {machine} from '../golden/report/samples.js'

/** One host: what runs and lies there, or why it cannot be reached. */
export interface WorldHost {
  /** What the account sees running. */
  readonly running?: readonly RunningMachine[]
  readonly stored?: readonly EnumeratedMachine[]
  /** Configurations of machines that are suspended there. */
  readonly suspended?: readonly string[]
  /** The account sees only its own processes there. */
  readonly hidden?: true
  /** Boot id and PID namespace. */
  readonly hostId?: string
  /** A file system hangs there. */
  readonly wedged?: true
  readonly error?: ErrorCode
  /** Whether it answers an echo; the code where it cannot be asked. Default: it answers. */
  readonly ping?: boolean | ErrorCode
}

/**
 * The driver of hosts that are only data; every call is logged, and starts and stops change what runs. Other than a real
 * host it believes the record at a start, finds what is suspended only where it is told to look, has `/` as home directory and every directory asked for, and can do nothing
 * to a machine but start it and power it off.
 */
export function createWorldRegistry(
  hosts: Map<string, WorldHost>,
  log: string[],
  types: readonly string[] = ['QEMU'],
): Registry {
  let pid = 50_000
  const at = ({target, verb}: Task, ...words: readonly string[]) => {
    log.push([verb, formatTarget(target), ...words].filter((word) => word !== '').join(' '))
    const host = hosts.get(target.host) ?? {}
    const becomes = (running: readonly RunningMachine[]) => hosts.set(target.host, {...host, running})
    return {running: [], stored: [], ...host, becomes}
  }
  const list = readingHandler<'list'>(async (task, {recorded}) => {
    const {running, hidden, wedged, hostId, suspended: saved = []} = at(task)
    const known = (await recorded?.()) ?? []
    const suspended = saved
      .filter((id) => task.type === 'QEMU' && known.includes(id))
      .map((id) => ({label: id.split('/').at(-2) ?? '', id, uuid: '', image: `${id}.img`, since: ''}))
    const machines = running.filter(({type}) => type === task.type)
    return {
      kind: 'list',
      machines,
      ...(suspended.length > 0 && {suspended}),
      ...(hidden && {hidden}),
      ...(wedged && {wedged}),
      ...(hostId !== undefined && {hostId}),
    }
  })
  const enumerate = readingHandler<'enumerate'>(async (task, {memory}) => {
    const {basePaths, types} = task.ask
    const {stored} = at(task, types?.join() ?? '', basePaths.join())
    if (types !== undefined) await memory?.renew(formatTarget(task.target))
    const searched = basePaths.length === 0 ? ['/'] : basePaths
    const machines = stored.filter(
      ({type, id}) =>
        (types ?? [task.type]).includes(type) &&
        searched.some((base) => id.startsWith(base.endsWith('/') ? base : `${base}/`)),
    )
    const counts = {files: machines.length, ignored: 0, rejects: [], unsearched: []}
    return {kind: 'enumerate', machines, searched, ...counts}
  })
  const create = readingHandler<'create'>(async (task) => {
    const {record} = task
    const {mode} = task.ask
    const {running, becomes} = at(task, record?.id ?? '?')
    if (record === undefined) throw new PreconditionError('MACHINE_NOT_FOUND', 'a start needs a record here')
    const old = running.find((one) => isOfRecord(one, record))
    if (old !== undefined && mode === 'new') throw new PreconditionError('ALREADY_RUNNING', 'it runs here')
    if (old === undefined && mode === 'connect') throw new PreconditionError('NOT_RUNNING', 'it does not run')
    if (old !== undefined) return {kind: 'create', reused: true, machine: old, log: ''}
    const {type, label, id, uuid, mac, tcp} = record
    const started = machine({type, label, id, uuid, macs: [mac], tcps: [tcp], pid: ++pid})
    becomes([...running, started])
    return {kind: 'create', reused: false, machine: started, log: ''}
  })
  const cancel = readingHandler<'cancel'>(async (task) => {
    const {machine: wanted, how, foreign} = task.ask
    const {running, becomes} = at(task)
    if (how !== 'poweroff') throw new Error('these hosts can only power off')
    const fits = (one: RunningMachine) => (wanted === 'all' ? one.managed : matchesAddress(wanted, one))
    const own = running.filter(({type}) => type === task.type)
    const ended = own.filter((one) => fits(one) || (task.record && isOfRecord(one, task.record)))
    if (ended.length === 0 && wanted !== 'all') throw new PreconditionError('NOT_RUNNING', 'it does not run')
    if (ended.length > 1 && wanted !== 'all') throw new PreconditionError('MACHINE_AMBIGUOUS', 'several run')
    if (wanted !== 'all' && foreign !== true && ended.some(({managed}) => !managed))
      throw new PreconditionError('FOREIGN_MACHINE', 'it is none of ctys')
    becomes(running.filter((one) => !ended.includes(one)))
    const facts = {state: 'gone', step: 'powerButton', ms: 0} as const
    const machines = ended.map(({label, id, uuid, pid}) => ({label, id, uuid, pid, ...facts}))
    return {kind: 'cancel', machines}
  })
  const drivers = types.map((type): Driver => ({type, verbs: {list, create, cancel}}))
  return {
    drivers: new Map(drivers.map((driver) => [driver.type, driver])),
    host: {enumerate, list: listEvery(drivers)},
    scanned: [...new Set([...Object.keys(scanTypes), ...types])],
  }
}

function isOfRecord({id, uuid}: RunningMachine, record: InventoryRecord): boolean {
  return (id !== '' && id === record.id) || (isKnownUuid(uuid) && uuid === normalizeUuid(record.uuid))
}
