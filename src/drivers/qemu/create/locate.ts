/**
 * Which stored machine a CREATE means and whether it can be started. Looks only. The host is always asked: a path of
 * the inventory is read again and must still hold that machine, else its bases are searched.
 */
import {posix} from 'node:path'
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {InventoryRecord} from '../../../domain/inventory/inventory-record.js'
import {
  formatAddress,
  isBelowBases,
  type MachineAddress,
  matchesAddress,
  normalizeUuid,
} from '../../../domain/machine/machine-address.js'
import {shortestUniqueAddresses} from '../../../domain/machine/unique-address.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumerateData, EnumeratedMachine} from '../../../domain/work/answers.js'
import {here, on} from '../../../lib/command-on.js'
import {plural} from '../../../lib/plural.js'
import {pastable} from '../../../lib/shell-quote.js'
import {nearest} from '../../../lib/suggest.js'
import {enumerateBases} from '../../host/scan/enumerate.js'
import {withAbsoluteBases} from '../bases.js'
import {isExecutableState} from '../config/keys.js'
import {toAddressable} from '../list/addressable.js'
import {wrapperPaths} from '../paths.js'
import {locateScript} from '../remote/locate.js'
import type {MissingNet} from './auto-net.js'
import {readSaved, type SavedState} from './saved.js'
import type {MonitorOption} from './start-request.js'

export interface LocateOptions {
  readonly session: HostSession
  readonly signal: AbortSignal
  readonly record?: InventoryRecord | undefined
}

/** Throws PreconditionError MACHINE_NOT_FOUND, MACHINE_AMBIGUOUS, BASE_MISSING or STORAGE_WEDGED. */
export async function locateMachine(asked: MachineAddress, options: LocateOptions): Promise<EnumeratedMachine> {
  const address = await withAbsoluteBases(asked, options)
  const record = isBelowBases(options.record?.id ?? '', address.basePaths) ? options.record : undefined
  const matches = (data: EnumerateData) =>
    data.machines.filter((machine) => matchesAddress(address, toAddressable(machine)) || isOfRecord(machine, record))

  let other: EnumeratedMachine | undefined
  if (record?.id.startsWith('/')) {
    const there = await readOne(record.id, options)
    const [machine] = matches(there)
    if (machine !== undefined && isOfRecord(machine, record)) return machine
    other = there.machines.find(({id}) => id === record.id)
  }
  const path = address.path ?? (address.id?.startsWith('/') ? address.id : undefined)
  const data =
    path === undefined
      ? await enumerateBases(options.session, address.basePaths ?? [], {signal: options.signal})
      : await readOne(path, options)
  const found = matches(data)
  if (found.length === 1 && found[0] !== undefined) return found[0]
  if (found.length > 0) throw ambiguous(address, found, options)
  throw record !== undefined && other !== undefined
    ? changedSince(record, other, options)
    : notFound(address, data, options)
}

/** The record may have been found by what only the inventory knows; path and identity must still agree with it. */
function isOfRecord(machine: EnumeratedMachine, record: InventoryRecord | undefined): boolean {
  if (record === undefined || machine.id !== record.id) return false
  return machine.label === record.label && machine.uuid === normalizeUuid(record.uuid)
}

/** A file that is gone is an empty answer here, because a search may follow. */
async function readOne(path: string, {session, signal}: LocateOptions): Promise<EnumerateData> {
  try {
    return await enumerateBases(session, [path], {signal})
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'BASE_MISSING')) throw error
    const unsearched = [{path, line: 0, reason: 'it does not exist or cannot be read'}]
    return {kind: 'enumerate', machines: [], rejects: [], files: 0, ignored: 0, searched: [], unsearched}
  }
}

/** Where the inventory has it lies another machine by now. */
function changedSince(
  record: InventoryRecord,
  {label, uuid, id}: EnumeratedMachine,
  {session}: LocateOptions,
): CtysError {
  const host = formatTarget(session.target)
  const [what, now, then] =
    label === record.label ? ['UUID', uuid, normalizeUuid(record.uuid)] : ['name', label, record.label]
  return new PreconditionError(
    'MACHINE_NOT_FOUND',
    `${host}: ${id} is no longer what the inventory says: its ${what} is ${now || 'none'} now (the inventory: ${then || 'none'})`,
    {hint: `if that is right: ${here`ctys scan ${host} --base ${posix.dirname(id)}`}`},
  )
}

function notFound(address: MachineAddress, data: EnumerateData, {session}: LocateOptions): CtysError {
  const host = formatTarget(session.target)
  const where = [...data.searched, ...data.unsearched.map(({path}) => path)].join(', ')
  const ignored = data.ignored > 0 ? [`${plural(data.ignored, 'configuration file')} left out by their marks`] : []
  const faults = [...data.rejects, ...data.unsearched].map(
    ({path, line, reason}) => `${path}${line > 0 ? `:${line}` : ''}: ${reason}`,
  )
  const labels = data.machines.map(({label}) => label)
  const near = address.label === undefined ? undefined : nearest(address.label, labels)
  const meant = near === undefined || near === address.label ? [] : [`a machine ${near} lies there`]
  return new PreconditionError(
    'MACHINE_NOT_FOUND',
    `${host}: no machine fits ${formatAddress(address)}; looked in ${where} and saw ${plural(data.files, 'configuration file')}`,
    {hint: searchHint(host, data), details: [...meant, ...faults, ...ignored].slice(0, 20)},
  )
}

/** Only what was not searched already can be the place where it lies. */
function searchHint(host: string, {searched}: EnumerateData): string {
  return searched.length === 0
    ? `name the directory it lies in: b:DIRECTORY, or ${here`ctys scan ${host}`} --base DIRECTORY`
    : `it lies in none of these, or under another name: ${here`ctys scan ${host}`} --base DIRECTORY looks elsewhere`
}

function ambiguous(address: MachineAddress, found: readonly EnumeratedMachine[], {session}: LocateOptions): CtysError {
  return new PreconditionError(
    'MACHINE_AMBIGUOUS',
    `${formatTarget(session.target)}: ${found.length} machines fit ${formatAddress(address)}`,
    {hint: 'use one of these addresses', details: shortestUniqueAddresses(found.map(toAddressable)).map(pastable)},
  )
}

/** What the script says beside `wrapper`. */
function executionFault(answer: string, script: string): {readonly what: string; readonly hint: string} | undefined {
  if (/^crlf$/m.test(answer)) {
    return {what: 'its lines end as on Windows (CRLF)', hint: `on the host: ${here`sed -i 's/\\r$//' ${script}`}`}
  }
  const interpreter = /^interpreter (.*)$/m.exec(answer)?.[1]
  if (interpreter !== undefined) {
    return {
      what: `its interpreter ${interpreter} is not there`,
      hint: `install it, or change the first line of ${script}`,
    }
  }
  const mount = /^noexec (.*)$/m.exec(answer)?.[1]
  if (mount === undefined) return undefined
  return {what: `${mount} is mounted noexec`, hint: `as root on the host: ${here`mount -o remount,exec ${mount}`}`}
}

export interface Wrapper {
  /** Absolute path of what is to be executed. */
  readonly path: string
  /** The QEMU option for a monitor of ctys' own. */
  readonly monitor: MonitorOption
  /** There when the machine is suspended. */
  readonly saved: readonly SavedState[]
  /** It has to be there before the machine starts. */
  readonly net?: MissingNet
}

/** What a suspend left of the machine, whether it can be started or not. */
export async function savedStates(machine: EnumeratedMachine, options: LocateOptions): Promise<readonly SavedState[]> {
  return readSaved((await inspectFiles(machine, options)).answer)
}

async function inspectFiles({id, interfaces}: EnumeratedMachine, {session, signal}: LocateOptions) {
  const paths = wrapperPaths(id)
  const args = [interfaces[0]?.exePath ?? '', id, ...paths]
  const {stdout} = await session.script(locateScript, args, {deadlineMs: 10_000, signal})
  return {paths, answer: stdout.toString()}
}

/** What a machine names as its network and the host has not. */
function missingNet(answer: string): MissingNet | undefined {
  const [, kind, name = ''] = /^missing (vde|tap|bridge) (.*)$/m.exec(answer) ?? []
  return kind === 'vde' || kind === 'tap' || kind === 'bridge' ? {kind, name} : undefined
}

/** How the machine is started. Throws UNSUPPORTED, WRAPPER_MISSING or NO_HYPERVISOR. */
export async function findWrapper(machine: EnumeratedMachine, {session, signal}: LocateOptions): Promise<Wrapper> {
  const host = formatTarget(session.target)
  const {vmState = '', exePath = ''} = machine.interfaces[0] ?? {}
  if (!isExecutableState(vmState)) {
    throw new PreconditionError(
      'UNSUPPORTED',
      `${host}: ${machine.label} has VMSTATE ${vmState}, which is not started`,
      {
        hint: `set VMSTATE = "ACTIVE" in ${machine.id}`,
      },
    )
  }
  const {paths, answer} = await inspectFiles(machine, {session, signal})
  const named = (word: string) => paths[Number(new RegExp(`^${word} (\\d)$`, 'm').exec(answer)?.[1]) - 1]
  const wrapper = named('wrapper')
  const locked = named('locked')
  const isScript = locked !== undefined && locked !== machine.id
  const script = wrapper ?? (isScript ? locked : undefined)
  const fault = script === undefined ? undefined : executionFault(answer, script)
  if (fault !== undefined) {
    const message = `${host}: the start script ${script} of ${machine.label} cannot be executed: ${fault.what}`
    throw new PreconditionError('WRAPPER_MISSING', message, {hint: fault.hint})
  }
  if (wrapper === undefined) {
    throw new PreconditionError('WRAPPER_MISSING', `${host}: ${machine.label} has no start script to execute`, {
      hint: isScript ? on(session.target)`chmod +x ${locked}` : `put an executable start script at ${paths[0]}`,
    })
  }
  if (!/^qemu yes$/m.test(answer)) {
    const missing =
      exePath === '' ? 'no QEMU is installed' : `${exePath}, which ${machine.label} asks for, is not there`
    throw new PreconditionError('NO_HYPERVISOR', `${host}: ${missing}`, {
      hint: `install it (Debian: apt install qemu-system-x86, Alpine: apk add qemu-system-x86_64, Fedora: dnf install qemu-kvm), then ${here`ctys probe ${host}`}`,
    })
  }
  const net = missingNet(answer)
  const [, major, minor] = /^release .*?(\d+)\.(\d+)/m.exec(answer) ?? []
  const isOld = Number(major) === 0 && Number(minor) < 13
  return {path: wrapper, monitor: isOld ? 'monitor' : 'qmp', saved: readSaved(answer), ...(net && {net})}
}
