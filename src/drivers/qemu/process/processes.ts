/**
 * The QEMU processes of a host, in one round trip: remote/processes.ts looks, this reads what it printed, decides which
 * of the processes are QEMU, and pairs each with its configuration file by the naming rules of ctys.
 *
 * A managed machine's boot image lies beside `<prefix>.ctys` (or `.conf`), where the prefix is, in this order, the name
 * of the directory, the name of the image without its ending, or the label (-name).
 */
import {randomBytes} from 'node:crypto'
import {posix} from 'node:path'
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostSession} from '../../../domain/ports/ports.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import {parseVmConfig} from '../config/vm-config.js'
import {cleanBase} from '../paths.js'
import {processesScript} from '../remote/processes.js'
import {expectBounded} from './bounds.js'
import {type CommandLine, type MonitorSocket, parseCommandLine} from './command-line.js'
import {parsePsTable} from './ps-table.js'
import type {RawProcess} from './raw-process.js'

/** One running QEMU of a host. Strings come from the host and are hostile; unknown ones are empty. */
export interface QemuProcess {
  readonly pid: number
  /** As the host's table gives it: ticks since boot, or the text of `lstart`. With the pid it names one process. */
  readonly startTime: string
  readonly exePath: string
  readonly argv: readonly string[]
  readonly commandLine: CommandLine
  readonly uid: string
  readonly gid: string
  readonly user: string
  readonly group: string
  readonly cwd: string
  /** Of the configuration when there is one, else the name QEMU was given. */
  readonly label: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  /** Upper case, colons. */
  readonly macs: readonly string[]
  readonly vncDisplay: string
  /** Address VNC listens on; empty = every address (QEMU's default) when vncDisplay is set. */
  readonly vncHost: string
  /** Absolute paths, QMP first. */
  readonly monitorSockets: readonly MonitorSocket[]
  /** Absolute path of the boot image, or empty. */
  readonly imagePath: string
  /** KVM, QEMU (emulation), or the name QEMU was given, in upper case. */
  readonly accelerator: string
  readonly arch: string
  /** There only for a machine whose configuration the naming rules of ctys find. */
  readonly config?: {readonly path: string; readonly machine: EnumeratedMachine}
}

export interface SeenProcesses {
  /** Sorted by pid. */
  readonly processes: readonly QemuProcess[]
  /** The host shows this account only its own processes: there may be more. */
  readonly hidden: boolean
  /** Configurations that were suspended on this host; whether they still are, their images know. */
  readonly suspended: readonly string[]
  /** A file system hung, so no configuration was read: none of these processes has one. */
  readonly wedged: boolean
}

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

/** More than any QEMU has. */
const maxWords = 8_192

/** Pure: reads what the script printed. */
export function readProcesses(output: Buffer, mark: string): Omit<SeenProcesses, 'wedged'> {
  const raw = new Map<number, RawProcess>()
  const files = new Map<string, Buffer>()
  const owners = new Map<number, readonly [string, string]>()
  const suspended: string[] = []
  let hidden = false
  for (const chunk of output.toString('latin1').split(`\0${mark}\0`)) {
    const fields = Buffer.from(chunk, 'latin1').toString().split('\0', maxWords)
    const [kind, first = ''] = fields
    if (kind === 'process') {
      const entry = readRaw(fields)
      raw.set(entry.pid, entry)
    } else if (kind === 'vanished') raw.delete(Number(first))
    else if (kind === 'hidden') hidden = true
    else if (kind === 'suspended' && first.startsWith('/') && suspended.length < maxSuspended) suspended.push(first)
    else if (kind === 'ps') for (const entry of parsePsTable(first)) raw.set(entry.pid, entry)
    else if (kind === 'owner') owners.set(Number(first), [fields[2] ?? '', fields[3] ?? ''])
    else if (kind === 'config') files.set(cleanBase(first), Buffer.from(chunk.split('\0', 3)[2] ?? '', 'latin1'))
  }
  const processes = [...raw.values()]
    .filter(isQemu)
    .map((entry) => ({...entry, ...nameOwner(entry, owners.get(entry.pid))}))
    .map((entry) => toProcess(entry, files))
    .sort((a, b) => a.pid - b.pid)
  return {processes, hidden, suspended}
}

/** More notes than this in a directory everybody writes to are hardly ours. */
const maxSuspended = 200

function readRaw(fields: readonly string[]): RawProcess {
  const [, pid, startTime = '', exe = '', cwd = '', uid = '', gid = '', user = '', group = '', ...argv] = fields
  if (argv.at(-1) === '') argv.pop()
  return {pid: Number(pid), startTime, exe: exe.replace(/ \(deleted\)$/, ''), cwd, uid, gid, user, group, argv}
}

function nameOwner(entry: RawProcess, names: readonly [string, string] = [entry.user, entry.group]) {
  return {user: names[0] || entry.uid, group: names[1] || entry.gid}
}

const hypervisorName = /^(qemu-system-.+|qemu|qemu-kvm|kvm)$/

/**
 * The executable counts; the name a process was called by only where the executable is hidden from us, or is one of
 * the wrapped QEMUs that keep "qemu" or "kvm" in their name. So a shell that mentions QEMU is none, nor is qemu-img.
 */
function isQemu({exe, argv}: RawProcess): boolean {
  const [called = ''] = argv
  if (called === '') return false
  if (hypervisorName.test(posix.basename(exe))) return true
  return (exe === '' || /qemu|kvm/.test(posix.basename(exe))) && hypervisorName.test(posix.basename(called))
}

function toProcess(raw: RawProcess, files: ReadonlyMap<string, Buffer>): QemuProcess {
  const commandLine = parseCommandLine(raw.argv)
  const absolute = (path: string) =>
    path === '' || (raw.cwd === '' && !path.startsWith('/'))
      ? ''
      : cleanBase(path.startsWith('/') ? path : `${raw.cwd}/${path}`)
  const config = findConfig(commandLine, commandLine.files.map(absolute).filter(Boolean), files)
  const exePath = raw.exe || (raw.argv[0] ?? '')
  const {exe: _exe, ...rest} = raw
  return {
    ...rest,
    exePath,
    commandLine,
    label: config?.machine.label || commandLine.name,
    uuid: commandLine.uuid || (config?.machine.uuid ?? ''),
    macs: commandLine.macs,
    vncDisplay: commandLine.vncDisplay,
    vncHost: commandLine.vncHost,
    monitorSockets: commandLine.monitorSockets
      .map(({kind, path}) => ({kind, path: absolute(path)}))
      .filter(({path}) => path !== ''),
    imagePath: absolute(commandLine.image),
    accelerator: commandLine.accelerator,
    arch: /^qemu-system-([a-z0-9_]+)/.exec(posix.basename(exePath))?.[1] ?? '',
    ...(config !== undefined && {config}),
  }
}

/** A file that names another UUID than the process belongs to another machine. */
function findConfig(
  {name, uuid}: CommandLine,
  images: readonly string[],
  files: ReadonlyMap<string, Buffer>,
): QemuProcess['config'] {
  for (const image of images) {
    const dir = posix.dirname(image)
    const prefixes = [posix.basename(dir), posix.parse(image).name, name]
    for (const prefix of prefixes.filter((text) => text !== '' && !text.includes('/'))) {
      for (const path of [`${dir}/${prefix}.ctys`, `${dir}/${prefix}.conf`]) {
        const content = files.get(path)
        const machine = content === undefined ? undefined : parseVmConfig(content, path).machine
        if (machine !== undefined && (uuid === '' || machine.uuid === '' || machine.uuid === uuid))
          return {path, machine}
      }
    }
  }
  return undefined
}
