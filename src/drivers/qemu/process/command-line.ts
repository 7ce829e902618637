/**
 * What a QEMU command line says about its machine (qemu(1)). Pure and forgiving: the argv belongs to whoever started
 * the process, so a value that makes no sense is left out and never an error.
 */
import {normalizeMac, normalizeUuid} from '../../../domain/machine/machine-address.js'
import {findAccelerators} from './accelerator.js'
import {parseValues, type QemuOption, splitOptions} from './command-line-options.js'
import {findDisks} from './images.js'
import {findMonitors, type MonitorPoint} from './monitors.js'
import {type ConfigFiles, hasUnreadConfig, withConfigFiles} from './read-config.js'

export interface MonitorSocket {
  readonly kind: MonitorPoint['kind']
  /** As the command line has it: absolute, or relative to the directory QEMU was started in. */
  readonly path: string
}

export interface CommandLine {
  /** With those that stand in files (-readconfig), as far as these were read. */
  readonly options: readonly QemuOption[]
  /** More may stand in a file that was not read. */
  readonly unreadConfig: boolean
  /** The guest name of -name, or empty. */
  readonly name: string
  /** 32 lower-case hexadecimal digits, or empty. */
  readonly uuid: string
  /** Upper case, colons. */
  readonly macs: readonly string[]
  /** Number of the display when it is certain, or empty (no VNC, a Unix socket, or a range). */
  readonly vncDisplay: string
  /** Address VNC listens on; empty with a display = every address. */
  readonly vncHost: string
  readonly monitorSockets: readonly MonitorSocket[]
  /** The boot image: a bare word, -hda, or the first writable disk; empty when it is no file. */
  readonly image: string
  /** All writable disks that are files or devices of the host, the boot image first, as they were written. */
  readonly disks: readonly string[]
  /** Files of the machine, the boot image first: what the naming rules are tried with. */
  readonly files: readonly string[]
  /** Emulates devices for a domain of Xen (xen-qemu(7)): the machine is Xen's, this process only a part of it. */
  readonly isDeviceModel: boolean
  /** It only prints something and ends (-version, -machine help). */
  readonly asksOnly: boolean
  /** -machine none without a name: what a manager starts to see what this QEMU can do. */
  readonly isProbe: boolean
  /** -chroot: it changes its root directory once its files are open. */
  readonly leavesRoot: boolean
  readonly incoming: boolean
  /** -S: waits for `cont`. */
  readonly startsPaused: boolean
  /** -no-shutdown: stays when the guest has powered off. */
  readonly staysAfterShutdown: boolean
  readonly pidFile: string
  /** Code of the character that leads the keys of a multiplexed monitor (-echr); Ctrl-a. */
  readonly escapeCode: number
  /** The words that tell the machine, never none, exactly as the process table shows them. */
  readonly identity: readonly string[]
}

/** `files`: what stood in those of -readconfig. */
export function parseCommandLine(argv: readonly string[], files: ConfigFiles = new Map()): CommandLine {
  const words = splitOptions(argv)
  const options = withConfigFiles(words, files)
  const all = (...names: string[]) => options.filter((option) => names.includes(option.name)).map((o) => o.value)
  const last = (...names: string[]) => all(...names).at(-1) ?? ''
  // several -name are one list, as in vl.c
  const names = all('name').flatMap((value) => parseValues(value, 'guest').get('guest') ?? [])
  // of -uuid and -smbios the one that stands last counts
  const uuids = options.flatMap(({name, value}) => {
    if (name === 'uuid') return [value]
    return name === 'smbios' ? [parseValues(value).get('uuid') ?? ''] : []
  })
  const disks = findDisks(options)
  const [image = ''] = disks
  const escapeCode = Number(last('echr') || 1)
  return {
    options,
    unreadConfig: hasUnreadConfig(words, files),
    name: names.at(-1) ?? '',
    uuid: uuids.map(normalizeUuid).findLast((uuid) => /^[0-9a-f]{32}$/.test(uuid)) ?? '',
    macs: findMacs(options),
    ...findVnc(options),
    monitorSockets: findMonitors(options).flatMap(({kind, at}) => ('unix' in at ? {kind, path: at.unix} : [])),
    image,
    disks,
    files: [...new Set([...disks, ...all('kernel', 'cdrom')])],
    isDeviceModel: isDeviceModel(options),
    asksOnly: options.some(
      ({name, value}) => /^(?:version|h|help)$/.test(name) || (hasHelp.has(name) && value === 'help'),
    ),
    isProbe: names.length === 0 && disks.length === 0 && machineType(options) === 'none',
    leavesRoot: all('chroot').length > 0 || all('run-with').some((value) => parseValues(value).has('chroot')),
    incoming: all('incoming').length > 0,
    startsPaused: all('S').length > 0,
    staysAfterShutdown:
      all('no-shutdown').length > 0 || all('action').some((value) => parseValues(value).get('shutdown') === 'pause'),
    pidFile: last('pidfile'),
    escapeCode: Number.isInteger(escapeCode) && escapeCode > 0 && escapeCode < 256 ? escapeCode : 1,
    identity: identityOf(argv, [
      words.findLast((word) => word.name === 'uuid')?.value ?? '',
      ...words.flatMap((word) => (word.name === 'name' ? [word.value] : [])),
      image === '' ? '' : (words.find(({value}) => value.includes(image))?.value ?? ''),
    ]),
  }
}

/** A machine with neither a name nor a disk is known by its first words. What is no UTF-8 was not kept as it is. */
function identityOf(argv: readonly string[], names: readonly string[]): readonly string[] {
  const kept = (words: readonly string[]) => words.filter((word) => word !== '' && !word.includes('\ufffd'))
  const given = kept(names)
  return given.length > 0 ? given : kept(argv).slice(0, 64)
}

function isDeviceModel(options: readonly QemuOption[]): boolean {
  return (
    options.some(({name}) => /^(xen-domid|xen-attach|domid)$/.test(name)) ||
    machineType(options).startsWith('xen') ||
    // behind others it is what is left where they do not work
    findAccelerators(options)[0] === 'xen'
  )
}

function machineType(options: readonly QemuOption[]): string {
  const types = options.flatMap(({name, value}) =>
    name === 'machine' || name === 'M' ? (parseValues(value, 'type').get('type') ?? []) : [],
  )
  return types.at(-1) ?? ''
}

/** Of these `help` is the whole value. */
const hasHelp = new Set(['machine', 'M', 'cpu', 'accel', 'device'])

const networkOptions = new Set(['net', 'nic', 'device', 'netdev'])

/** It has a card on a switch, a bridge or a TAP of its host (qemu(1), -netdev). */
export function isOnNet({commandLine}: {readonly commandLine: CommandLine}): boolean {
  return commandLine.options.some(
    ({name, value}) =>
      (name === 'netdev' || name === 'nic' || name === 'net') &&
      /^(?:vde|tap|bridge)$/.test(parseValues(value, 'type').get('type') ?? ''),
  )
}

function findMacs(options: readonly QemuOption[]): readonly string[] {
  const macs = options
    .filter(({name}) => networkOptions.has(name))
    .map(({value}) => parseValues(value))
    .map((values) => normalizeMac(values.get('mac') ?? values.get('macaddr') ?? ''))
  return [...new Set(macs.filter((mac) => /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac)))]
}

function findVnc(options: readonly QemuOption[]): {readonly vncDisplay: string; readonly vncHost: string} {
  const texts = options.flatMap(({name, value}) => {
    if (name === 'vnc') return [value]
    const display = name === 'display' ? /^vnc[=,](.*)$/s.exec(value)?.[1] : undefined
    return display === undefined ? [] : [display]
  })
  for (const text of texts.reverse()) {
    const values = parseValues(text, 'vnc')
    const found = /^(.*):([0-9]{1,5})$/.exec(values.get('vnc') ?? '')
    if (found === null || values.get('reverse') === 'on' || values.has('to')) continue
    return {vncDisplay: String(Number(found[2])), vncHost: (found[1] ?? '').replace(/^\[(.*)\]$/, '$1')}
  }
  return {vncDisplay: '', vncHost: ''}
}
