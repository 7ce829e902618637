/** The words of `ctys new`: what every machine of the call is to be. All faults are collected. */
import {isIP} from 'node:net'
import {isKnownUuid, normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'
import {diskFormats, type NewDisk, type NewMachine} from '../../domain/work/make.js'
import {checkText, checkWord, optional} from './check-text.js'
import {expandNames} from './expand-names.js'
import {parseSize} from './sizes.js'

/** As typed; absent = the default. */
export interface NewInput {
  readonly names: string
  readonly image?: string | undefined
  /** Copy the image whole instead of a linked clone. */
  readonly full?: boolean | undefined
  readonly format?: string | undefined
  readonly size?: string | undefined
  readonly memory?: string | undefined
  readonly cpus?: number | undefined
  readonly mac?: string | undefined
  readonly ip?: string | undefined
  readonly uuid?: string | undefined
  readonly net?: string | undefined
  readonly arch?: string | undefined
  readonly machine?: string | undefined
  readonly bus?: string | undefined
  readonly nic?: string | undefined
  readonly cdrom?: string | undefined
  readonly kernel?: string | undefined
  readonly initrd?: string | undefined
  readonly append?: string | undefined
  /** Words for QEMU. */
  readonly words?: readonly string[] | undefined
}

/** What all machines of the call have alike. */
export type Template = Omit<NewMachine, 'label' | 'uuid' | 'macs' | 'fingerprint' | 'seed'>

export interface NewRequest {
  readonly labels: readonly string[]
  readonly template: Template
  /** Given for one machine. */
  readonly mac?: string
  readonly uuid?: string
}

const defaultSize = 8 * 2 ** 30

export function parseNew(input: NewInput, faults: string[]): NewRequest {
  const labels = expandNames(input.names, faults)
  for (const label of labels) {
    if (isLabel(label)) continue
    faults.push(`'${label}' is no name for a machine: letters, digits, - _ . and at most 63, a letter or digit first`)
    break
  }
  for (const [flag, value] of [
    ['--mac', input.mac] as const,
    ['--ip', input.ip] as const,
    ['--uuid', input.uuid] as const,
  ]) {
    if (value !== undefined && labels.length > 1) faults.push(`${flag} is for one machine, not for ${labels.length}`)
  }
  const mac = input.mac === undefined ? undefined : parseMac(input.mac, faults)
  const uuid = input.uuid === undefined ? undefined : parseUuid(input.uuid, faults)
  return {labels, template: parseTemplate(input, faults), ...optional({mac, uuid})}
}

function parseTemplate(input: NewInput, faults: string[]): Template {
  const {memory = '1G', cpus = 1, net = 'user', ip} = input
  const memoryMiB = Math.round((parseSize(memory, 'M') ?? 0) / 2 ** 20)
  if (memoryMiB < 1 || memoryMiB > 2 ** 26) faults.push(`--memory: '${memory}' is no amount of memory, such as 2G`)
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > 4096) faults.push(`--cpus: '${cpus}' is no number of CPUs`)
  if (ip !== undefined && isIP(ip) === 0) faults.push(`--ip: '${ip}' is no IP address`)
  checkNet(net, faults)
  if (input.nic !== undefined) checkWord('--nic', input.nic, faults)
  if (input.machine !== undefined) checkWord('--machine', input.machine, faults)
  if (input.arch !== undefined) checkWord('--arch', input.arch, faults)
  if (input.bus !== undefined && !['virtio', 'ide', 'scsi', 'none'].includes(input.bus)) {
    faults.push(`--bus: '${input.bus}' is none of virtio, ide, scsi, none`)
  }
  for (const [flag, path] of [
    ['--cdrom', input.cdrom] as const,
    ['--kernel', input.kernel] as const,
    ['--initrd', input.initrd] as const,
  ]) {
    if (path !== undefined) checkHostPath(flag, path, faults)
  }
  if (input.append !== undefined) checkText('--append', input.append, faults)
  if (input.kernel === undefined && (input.initrd ?? input.append) !== undefined) {
    faults.push('--initrd and --append are for a kernel: --kernel PATH')
  }
  const qemuWords = input.words ?? []
  for (const word of qemuWords) checkText('--arg', word, faults)
  if (qemuWords.length > 100) faults.push('--arg: at most 100 words')
  const {arch, machine: platform, bus, nic, cdrom, kernel, initrd, append} = input
  return {
    memoryMiB,
    cpus,
    net,
    disk: parseDisk(input, faults),
    ...optional({ip, arch, platform, bus, nic, cdrom, kernel, initrd, append}),
    ...(qemuWords.length > 0 && {words: qemuWords}),
  }
}

function parseDisk({image, full = false, format, size}: NewInput, faults: string[]): NewDisk {
  const bytes = size === undefined ? undefined : parseSize(size, 'G')
  if (size !== undefined && bytes === undefined) faults.push(`--size: '${size}' is no size, such as 20G`)
  const known = diskFormats.find((name) => name === (format ?? 'qcow2'))
  if (known === undefined) faults.push(`--format: '${format}' is none of ${diskFormats.join(', ')}`)
  if (image === undefined) {
    if (full) faults.push('--full copies an image: --image PATH')
    return {format: known ?? 'qcow2', size: bytes ?? defaultSize}
  }
  checkHostPath('--image', image, faults)
  const how = full || known === 'raw' ? 'full' : 'linked'
  return {format: known ?? 'qcow2', from: {path: image, how}, ...optional({size: bytes})}
}

/** Paths of the host are absolute, or below the home directory there: `~/images/debian.qcow2`. */
function checkHostPath(flag: string, path: string, faults: string[]): void {
  if (!/^~?\//.test(path)) faults.push(`${flag}: '${path}' is no path of the host: write it whole, or from ~/`)
  else checkText(flag, path, faults)
}

/** A label becomes a host name, a part of paths and of option values of QEMU. */
function isLabel(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text) && !/\.(?:ctys|conf|sh)$/i.test(text)
}

function parseMac(text: string, faults: string[]): string {
  const mac = normalizeMac(text)
  const isMac = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) && mac !== '00:00:00:00:00:00'
  if (!isMac) faults.push(`--mac: '${text}' is no MAC address, such as 52:54:00:12:34:56`)
  else if (Number.parseInt(mac.slice(0, 2), 16) % 2 === 1) faults.push(`--mac: '${text}' is a group address`)
  return mac
}

/** With hyphens (RFC 9562). */
function parseUuid(text: string, faults: string[]): string {
  const digits = normalizeUuid(text)
  if (!/^[0-9a-f]{32}$/.test(digits) || !isKnownUuid(digits)) faults.push(`--uuid: '${text}' is no UUID`)
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function checkNet(net: string, faults: string[]): void {
  const [, kind = '', where] = /^([a-z]+)(?::(.*))?$/s.exec(net) ?? []
  const known = ['user', 'none', 'vde', 'tap', 'bridge'].includes(kind)
  if (!known || (where !== undefined && (kind === 'user' || kind === 'none'))) {
    faults.push(`--net: '${net}' is none of user, vde[:SOCKET], tap[:DEVICE], bridge[:BRIDGE], none`)
  } else if (where !== undefined && kind !== 'vde' && !/^[A-Za-z0-9_.-]{1,15}$/.test(where)) {
    faults.push(`--net: '${where}' is no name of a network device (at most 15 letters, digits, _ . -)`)
  } else if (where !== undefined && kind === 'vde') {
    if (!where.startsWith('/')) faults.push(`--net: '${where}' is no absolute path of a switch's socket`)
    checkText('--net', where, faults)
  }
}
