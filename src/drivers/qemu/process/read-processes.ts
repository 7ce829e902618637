/** Reads what remote/processes.ts printed: which processes are machines of QEMU, whose they are, and what proves it. */
import {posix} from 'node:path'
import {isKnownUuid} from '../../../domain/machine/machine-address.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {parseVmConfig} from '../config/vm-config.js'
import {cleanBase} from '../paths.js'
import {acceleratorOf} from './accelerator.js'
import {type CommandLine, parseCommandLine} from './command-line.js'
import {archOf, isQemu, isRefusedByQemu, withoutKin} from './is-qemu.js'
import {managerOf} from './managers.js'
import {parsePsTable} from './ps-table.js'
import type {Proof, QemuProcess, SeenProcesses} from './qemu-process.js'
import {type RawProcess, unseen} from './raw-process.js'

/** Everything a host said beside its processes. */
interface Surroundings {
  readonly files: Map<string, Buffer>
  /** Images each process has open, as its argv calls them. */
  readonly held: Map<number, Set<string>>
  /** Owners of a configuration and the images beside it. */
  readonly owners: Map<string, Set<string>>
  /** uname -m, or empty. */
  machine: string
}

/** More than any QEMU has. */
const maxWords = 8_192

/** Pure. */
export function readProcesses(output: Buffer, mark: string): Omit<SeenProcesses, 'wedged'> {
  const raw = new Map<number, RawProcess>()
  const names = new Map<number, readonly [string, string]>()
  const around: Surroundings = {files: new Map(), held: new Map(), owners: new Map(), machine: ''}
  const refused = new Set<number>()
  const suspended: string[] = []
  let hidden = false
  let hostId = ''
  for (const chunk of output.toString('latin1').split(`\0${mark}\0`)) {
    const fields = Buffer.from(chunk, 'latin1').toString().split('\0', maxWords)
    const [kind, first = '', second = '', third = ''] = fields
    if (kind === 'process') {
      const entry = readRaw(fields)
      raw.set(entry.pid, entry)
      if (isRefusedByQemu(entry.argv)) refused.add(entry.pid)
    } else if (kind === 'vanished') raw.delete(Number(first))
    else if (kind === 'hidden') hidden = true
    else if (kind === 'suspended' && first.startsWith('/') && suspended.length < maxSuspended) suspended.push(first)
    else if (kind === 'host') {
      hostId = first !== '' && second !== '' ? `${first} ${second}` : ''
      around.machine = third
    } else if (kind === 'ps') for (const entry of parsePsTable(first)) raw.set(entry.pid, entry)
    else if (kind === 'owner') names.set(Number(first), [second, third])
    else if (kind === 'holds') addTo(around.held, Number(first), second)
    else if (kind === 'belongs') addTo(around.owners, cleanBase(first), second)
    else if (kind === 'config') around.files.set(cleanBase(first), Buffer.from(chunk.split('\0', 3)[2] ?? '', 'latin1'))
  }
  const all = withoutKin([...raw.values()].filter((entry) => isQemu(entry) && !refused.has(entry.pid)))
    .map((entry) => ({...entry, ...nameOwner(entry, names.get(entry.pid))}))
    .map((entry) => toProcess(entry, around))
    .sort((a, b) => a.pid - b.pid)
  const isMachine = ({commandLine}: QemuProcess) => !commandLine.isDeviceModel
  return {
    processes: all.filter(isMachine),
    deviceModels: all.filter((process) => !isMachine(process)).map(({pid, commandLine: {name}}) => ({pid, name})),
    judged: [...raw.keys()],
    hostId,
    hidden,
    suspended,
  }
}

/** More notes than this in a directory everybody writes to are hardly ours. */
const maxSuspended = 200

function addTo<K>(sets: Map<K, Set<string>>, key: K, value: string): void {
  sets.set(key, (sets.get(key) ?? new Set()).add(value))
}

function readRaw(fields: readonly string[]): RawProcess {
  const [, pid, startTime = '', exe = '', cwd = '', uid = '', gid = '', user = '', group = '', ...more] = fields
  const [parent, session, name = '', mounts, kvm, cgroup = '', ...argv] = more
  if (argv.at(-1) === '') argv.pop()
  return {
    ...unseen,
    ...{pid: Number(pid), startTime, exe: exe.replace(/ \(deleted\)$/, ''), cwd, uid, gid, user, group, argv},
    ...{parent: Number(parent), session: Number(session), name, cgroup},
    mounts: mounts === 'same' || mounts === 'other' ? mounts : '',
    ...((kvm === '0' || kvm === '1') && {kvm: kvm === '1'}),
  }
}

function nameOwner(entry: RawProcess, names: readonly [string, string] = [entry.user, entry.group]) {
  return {user: names[0] || entry.uid, group: names[1] || entry.gid}
}

function toProcess(raw: RawProcess, around: Surroundings): QemuProcess {
  const commandLine = parseCommandLine(raw.argv)
  const absolute = (path: string) =>
    path === '' || (raw.cwd === '' && !path.startsWith('/'))
      ? ''
      : cleanBase(path.startsWith('/') ? path : `${raw.cwd}/${path}`)
  const isolated = raw.mounts === 'other'
  const images = isolated ? [] : commandLine.files.map(absolute).filter(Boolean)
  const named =
    findConfig(commandLine, images, around.files) ??
    (isolated || !raw.cwd.startsWith('/') ? undefined : configOfPlace(commandLine, cleanBase(raw.cwd), around.files))
  const holds = [...(around.held.get(raw.pid) ?? [])].map(absolute)
  const proof = proofOf(raw, {named, holds}, around)
  const monitorSockets = commandLine.monitorSockets
    .map(({kind, path}) => ({kind, path: absolute(path)}))
    .filter(({path}) => path !== '')
  const manager = managerOf({...raw, commandLine, monitorSockets})
  const isOurs = named !== undefined && (proof === 'disk' || proof === 'user') && manager === undefined
  const {exe, parent: _parent, session: _session, name: _name, mounts: _mounts, kvm, ...rest} = raw
  return {
    ...rest,
    exePath: exe || (raw.argv[0] ?? ''),
    commandLine,
    label: (isOurs && named.machine.label) || commandLine.name,
    uuid: commandLine.uuid || (isOurs ? named.machine.uuid : ''),
    macs: commandLine.macs,
    vncDisplay: commandLine.vncDisplay,
    vncHost: commandLine.vncHost,
    monitorSockets,
    imagePath: absolute(commandLine.image),
    disks: commandLine.disks.map(absolute).filter(Boolean),
    accelerator: acceleratorOf(raw.argv, commandLine.options, {kvm}),
    arch: archOf(raw, around.machine),
    isolated,
    filesShown: kvm !== undefined,
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

function proofOf({uid, cgroup}: RawProcess, {named, holds}: Evidence, {owners}: Surroundings): Proof {
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

/** A file that names another UUID than the process belongs to another machine. */
function findConfig(
  {name, uuid}: CommandLine,
  images: readonly string[],
  files: ReadonlyMap<string, Buffer>,
): NamedConfig | undefined {
  for (const image of images) {
    const dir = posix.dirname(image)
    const prefixes = [posix.basename(dir), posix.parse(image).name, name]
    for (const prefix of prefixes.filter((text) => text !== '' && !text.includes('/'))) {
      for (const path of [`${dir}/${prefix}.ctys`, `${dir}/${prefix}.conf`]) {
        const content = files.get(path)
        const machine = content === undefined ? undefined : parseVmConfig(content, path).machine
        if (machine !== undefined && (uuid === '' || machine.uuid === '' || machine.uuid === uuid))
          return {path, machine, image}
      }
    }
  }
  return undefined
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
