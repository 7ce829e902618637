/** Reads what remote/processes.ts printed: which processes are machines of QEMU, whose they are, and what proves it. */
import {posix} from 'node:path'
import type {Unseen} from '../../../domain/machine/list-doubt.js'
import {isKnownUuid} from '../../../domain/machine/machine-address.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {parseVmConfig} from '../config/vm-config.js'
import {cleanBase} from '../paths.js'
import {acceleratorOf} from './accelerator.js'
import {type CommandLine, parseCommandLine} from './command-line.js'
import {splitOptions} from './command-line-options.js'
import {archOf, withoutKin} from './is-qemu.js'
import {managerOf} from './managers.js'
import type {Proof, QemuProcess, SeenProcesses} from './qemu-process.js'
import type {RawProcess} from './raw-process.js'
import {type Chunks, readChunks} from './read-chunks.js'

/** Pure. */
export function readProcesses(output: Buffer, mark: string): SeenProcesses {
  const around = readChunks(output, mark)
  const all = withoutKin(around.processes)
    .map((entry) => ({...entry, ...nameOwner(entry, around.names.get(entry.pid))}))
    .map((entry) => toProcess(entry, around))
    .sort((a, b) => a.pid - b.pid)
  const isModel = ({commandLine}: QemuProcess) => commandLine.isDeviceModel
  const isMachine = ({commandLine: {asksOnly, isProbe}, manager}: QemuProcess) =>
    !asksOnly && !(isProbe && manager?.name === 'libvirt')
  const processes = all.filter((process) => !isModel(process) && isMachine(process))
  const {judged, hostId, hidden, suspended, unseen, isWhole} = around
  return {
    processes,
    deviceModels: all.filter(isModel).map(({pid, commandLine: {name}}) => ({pid, name})),
    ...{judged, hostId, hidden, suspended, isWhole},
    unseen: [...unseen, ...wedgedUsers(processes)],
    wedged: processes.some(({unread}) => unread),
  }
}

function wedgedUsers(processes: readonly QemuProcess[]): readonly Unseen[] {
  const users = new Set(processes.filter(({unread}) => unread).map(({user}) => user))
  return [...users].map((user) => ({user, why: 'wedged'}))
}

function nameOwner(entry: RawProcess, names: readonly [string, string] = [entry.user, entry.group]) {
  return {user: names[0] || entry.uid, group: names[1] || entry.gid}
}

function toProcess(raw: RawProcess, around: Chunks): QemuProcess {
  const commandLine = parseCommandLine(raw.argv, around.configFiles.get(raw.pid))
  const absolute = (path: string) =>
    path === '' || (raw.cwd === '' && !path.startsWith('/'))
      ? ''
      : cleanBase(path.startsWith('/') ? path : `${raw.cwd}/${path}`)
  // QEMU's own -chroot comes after it has opened its files
  const isolated = raw.mounts === 'other' || (raw.mounts === 'root' && !commandLine.leavesRoot)
  const images = isolated ? [] : commandLine.files.map(absolute).filter(Boolean)
  const holds = [...(around.held.get(raw.pid) ?? [])].map(absolute)
  const isProven = (named: NamedConfig) => ['disk', 'user'].includes(proofOf(raw, {named, holds}, around))
  const named =
    findConfig(commandLine, images, {files: around.files, isProven}) ??
    (isolated || !raw.cwd.startsWith('/') ? undefined : configOfPlace(commandLine, cleanBase(raw.cwd), around.files))
  const proof = proofOf(raw, {named, holds}, around)
  const monitorSockets = commandLine.monitorSockets
    .map(({kind, path}) => ({kind, path: absolute(path)}))
    .filter(({path}) => path !== '')
  const manager = managerOf({...raw, commandLine, monitorSockets})
  const isOurs = named !== undefined && (proof === 'disk' || proof === 'user') && manager === undefined
  const {exe, loader, parent: _parent, session: _session, name: _name, mounts: _mounts, kvm, ...rest} = raw
  return {
    ...rest,
    exePath: loader ?? (exe || (raw.argv[0] ?? '')),
    commandLine,
    label: (isOurs && named.machine.label) || commandLine.name,
    uuid: commandLine.uuid || (isOurs ? named.machine.uuid : ''),
    macs: commandLine.macs,
    vncDisplay: commandLine.vncDisplay,
    vncHost: commandLine.vncHost,
    monitorSockets,
    imagePath: absolute(commandLine.image),
    disks: commandLine.disks.map(absolute).filter(Boolean),
    // what a file says of it may have been another way when it was started
    accelerator: acceleratorOf(raw.argv, splitOptions(raw.argv), {kvm}),
    arch: archOf(raw, around.machine),
    isolated,
    filesShown: kvm !== undefined,
    unread: !isOurs && around.unread.has(raw.uid),
    proof,
    ...(isOurs && {config: {path: named.path, machine: named.machine}}),
    ...(named !== undefined && !isOurs && {claims: named.path}),
    ...(manager !== undefined && {manager}),
  }
}

interface Evidence {
  readonly named: NamedConfig | undefined
  readonly holds: readonly string[]
}

function proofOf({uid, cgroup}: RawProcess, {named, holds}: Evidence, {owners}: Chunks): Proof {
  if (named !== undefined && holds.includes(named.image)) return 'disk'
  if (uid === '0' || (named !== undefined && owners.get(named.path)?.has(uid))) return 'user'
  // /user.slice is the part of the tree where users make what they like
  return /^\/(?:machine\.slice|machine|qemu\.slice)\//.test(cgroup) ? 'manager' : 'none'
}

/** A configuration, and the image that led to it. */
interface NamedConfig {
  readonly path: string
  readonly machine: EnumeratedMachine
  readonly image: string
}

/**
 * Of the configurations beside all disks the one that something beside words speaks for, then the one with its UUID, then
 * the one with its name, then the first. A file that names another UUID than the process belongs to another machine.
 */
function findConfig(
  {name, uuid}: CommandLine,
  images: readonly string[],
  {files, isProven}: {readonly files: ReadonlyMap<string, Buffer>; readonly isProven: (named: NamedConfig) => boolean},
): NamedConfig | undefined {
  const found = images.flatMap((image) => configsBeside(image, name, files))
  const fitting = found.filter(({machine}) => uuid === '' || machine.uuid === '' || machine.uuid === uuid)
  const weigh = (named: NamedConfig) =>
    (isProven(named) ? 4 : 0) +
    (uuid !== '' && named.machine.uuid === uuid ? 2 : 0) +
    (name !== '' && named.machine.label === name ? 1 : 0)
  return fitting.reduce<NamedConfig | undefined>(
    (best, named) => (best !== undefined && weigh(best) >= weigh(named) ? best : named),
    undefined,
  )
}

/** By the naming rules, the best name first. */
function configsBeside(image: string, name: string, files: ReadonlyMap<string, Buffer>): readonly NamedConfig[] {
  const dir = posix.dirname(image)
  const prefixes = [posix.basename(dir), posix.parse(image).name, name].filter(
    (text) => text !== '' && !text.includes('/'),
  )
  return prefixes
    .flatMap((prefix) => [`${dir}/${prefix}.ctys`, `${dir}/${prefix}.conf`])
    .flatMap((path) => {
      const content = files.get(path)
      const machine = content === undefined ? undefined : parseVmConfig(content, path).machine
      return machine === undefined ? [] : [{path, machine, image}]
    })
}

/** A machine whose disks lie elsewhere is started in the directory of its configuration; then its UUID or name must agree. */
function configOfPlace(
  {name, uuid}: CommandLine,
  place: string,
  files: ReadonlyMap<string, Buffer>,
): NamedConfig | undefined {
  const prefixes = [posix.basename(place), name].filter((text) => text !== '' && !text.includes('/'))
  for (const path of prefixes.flatMap((prefix) => [`${place}/${prefix}.ctys`, `${place}/${prefix}.conf`])) {
    const content = files.get(path)
    const machine = content === undefined ? undefined : parseVmConfig(content, path).machine
    if (machine === undefined) continue
    const hasUuids = isKnownUuid(uuid) && isKnownUuid(machine.uuid)
    if (hasUuids ? uuid === machine.uuid : name !== '' && name === machine.label) return {path, machine, image: ''}
  }
  return undefined
}
