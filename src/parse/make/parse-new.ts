/** The words of `ctys new`: what every machine of a call, or of an entry of a file, is to be. All faults are collected. */

import {isKnownUuid, normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'
import {mostSteps} from '../../domain/work/boot-step.js'
import {diskFormats, type NewDisk, type NewMachine} from '../../domain/work/make.js'
import {parseStep} from '../../lib/boot-step.js'
import {optional, textFault} from './check-text.js'
import {expandNames} from './expand-names.js'
import type {AddFault, NewInput, NewWord} from './new-words.js'
import {parseHardware} from './parse-hardware.js'
import {type ImageWord, parseImage} from './parse-image.js'
import type {AddressSource} from './parse-network.js'
import {type NetworkWords, parseNetwork} from './parse-network.js'
import {parseSize} from './sizes.js'

/** What all machines of the words have alike. */
export type Template = Omit<NewMachine, 'label' | 'uuid' | 'macs' | 'fingerprint' | 'seed' | 'answers' | 'system'>

export interface NewRequest {
  readonly labels: readonly string[]
  readonly base: string
  readonly template: Template
  /** What the disk is made of; the path of the template is the word as it was given. */
  readonly image?: {readonly word: ImageWord; readonly sha256?: string}
  /** Given for one machine. */
  readonly mac?: string
  readonly uuid?: string
  /** Who knows the addresses of all. */
  readonly addressesOf?: AddressSource
}

export const labelText = 'is no name for a machine: letters, digits, - _ . and at most 63, a letter or digit first'
const defaultSize = 8 * 2 ** 30
const defaultBase = 'vm'

export function parseNew(words: NewInput, addFault: AddFault): NewRequest {
  const labels = parseNames(words.name ?? '', addFault)
  for (const word of ['mac', 'ip', 'uuid'] as const) {
    const isOfAll = word === 'ip' && /^(?:map|dns)(?:\/|$)/.test(words.ip ?? '')
    if (words[word] !== undefined && labels.length > 1 && !isOfAll)
      addFault(word, `is for one machine, not for ${labels.length}`)
  }
  const {dir: base = defaultBase} = words
  checkText('dir', base, addFault)
  const mac = words.mac === undefined ? undefined : parseMac(words.mac, addFault)
  const uuid = words.uuid === undefined ? undefined : parseUuid(words.uuid, addFault)
  const image = parseSource(words, addFault)
  const network = parseNetwork(words, addFault)
  const template = parseTemplate(words, network, addFault)
  return {labels, base, template, ...optional({image, mac, uuid, addressesOf: network.addressesOf})}
}

function parseNames(pattern: string, addFault: AddFault): readonly string[] {
  const faults: string[] = []
  const labels = expandNames(pattern, faults)
  for (const fault of faults) addFault('name', fault)
  const wrong = labels.find((label) => !isLabel(label))
  if (wrong !== undefined) {
    addFault('name', `'${wrong}' ${labelText}`)
  }
  return labels
}

function parseTemplate(words: NewInput, {ip, network}: NetworkWords, addFault: AddFault): Template {
  const {memory = '1G', cpus = 1, net = 'user'} = words
  const memoryMiB = Math.round((parseSize(memory, 'M') ?? 0) / 2 ** 20)
  if (memoryMiB < 1 || memoryMiB > 2 ** 26) addFault('memory', `'${memory}' is no amount of memory, such as 2G`)
  if (!Number.isInteger(cpus) || cpus < 1 || cpus > 4096) addFault('cpus', 'is no number of CPUs from 1 to 4096')
  checkNet(net, addFault)
  const hardware = parseHardware(words, addFault)
  for (const word of ['cdrom', 'kernel', 'initrd'] as const) {
    const path = words[word]
    if (path !== undefined) checkHostPath(word, path, addFault)
  }
  if (words.append !== undefined) checkText('append', words.append, addFault)
  for (const word of ['initrd', 'append'] as const) {
    if (words.kernel === undefined && words[word] !== undefined) addFault(word, 'is for a kernel, and none is named')
  }
  const qemuWords = words.arg ?? []
  for (const word of qemuWords) checkText('arg', word, addFault)
  if (qemuWords.length > 100) addFault('arg', 'at most 100 words')
  const steps = parseSteps(words.step ?? [], addFault)
  const {cdrom, kernel, initrd, append} = words
  return {
    memoryMiB,
    cpus,
    net,
    disk: parseDisk(words, addFault),
    ...hardware,
    ...optional({ip, network, cdrom, kernel, initrd, append}),
    ...(steps.length > 0 && {steps}),
    ...(qemuWords.length > 0 && {words: qemuWords}),
  }
}

function parseSteps(steps: readonly string[], addFault: AddFault): readonly string[] {
  if (steps.length > mostSteps) addFault('step', `at most ${mostSteps} steps`)
  for (const text of steps.slice(0, mostSteps)) {
    const step = parseStep(text)
    if (typeof step === 'string') addFault('step', `'${text}' ${step}`)
  }
  return steps
}

function parseDisk({image, full = false, format, size}: NewInput, addFault: AddFault): NewDisk {
  const bytes = size === undefined ? undefined : parseSize(size, 'G')
  if (size !== undefined && bytes === undefined) addFault('size', `'${size}' is no size, such as 20G`)
  const known = diskFormats.find((name) => name === (format ?? 'qcow2'))
  if (known === undefined) addFault('format', `'${format}' is none of ${diskFormats.join(', ')}`)
  if (image === undefined) {
    if (full) addFault('full', 'copies an image, and none is named')
    return {format: known ?? 'qcow2', size: bytes ?? defaultSize}
  }
  const how = full || known === 'raw' ? 'full' : 'linked'
  return {format: known ?? 'qcow2', from: {path: image, how}, ...optional({size: bytes})}
}

/** The digest of what comes from an address is needed; that of a file here may be given. */
function parseSource({image, sha256}: NewInput, addFault: AddFault): NewRequest['image'] {
  const hex = sha256?.toLowerCase()
  if (hex !== undefined && !/^[0-9a-f]{64}$/.test(hex))
    addFault('sha256', `'${sha256}' is no SHA-256: 64 hexadecimal digits`)
  const word = image === undefined ? undefined : parseImage(image)
  if (typeof word === 'string') addFault('image', word)
  if (word === undefined || typeof word === 'string') {
    if (hex !== undefined && word === undefined) addFault('sha256', 'is for an image, and none is named')
    return undefined
  }
  if (word.kind === 'url' && hex === undefined) addFault('image', 'what is fetched is checked: give its sha256')
  if (hex !== undefined && (word.kind === 'host' || word.kind === 'named')) {
    addFault('sha256', word.kind === 'host' ? 'is not asked of a file of the host' : 'the catalogue has it already')
  }
  return {word, ...(hex !== undefined && {sha256: hex})}
}

/** Paths of the host are absolute, or below the home directory there: `~/images/debian.qcow2`. */
function checkHostPath(word: NewWord, path: string, addFault: AddFault): void {
  if (!/^~?\//.test(path)) addFault(word, `'${path}' is no path of the host: write it whole, or from ~/`)
  else checkText(word, path, addFault)
}

function checkText(word: NewWord, text: string, addFault: AddFault): void {
  const fault = textFault(text)
  if (fault !== undefined) addFault(word, fault)
}

/** A label becomes a host name, a part of paths and of option values of QEMU. */
export function isLabel(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/.test(text) && !/\.(?:ctys|conf|sh)$/i.test(text)
}

export function parseMac(text: string, addFault: (word: 'mac', reason: string) => void): string {
  const mac = normalizeMac(text)
  const isMac = /^([0-9A-F]{2}:){5}[0-9A-F]{2}$/.test(mac) && mac !== '00:00:00:00:00:00'
  if (!isMac) addFault('mac', `'${text}' is no MAC address, such as 52:54:00:12:34:56`)
  else if (Number.parseInt(mac.slice(0, 2), 16) % 2 === 1) addFault('mac', `'${text}' is a group address`)
  return mac
}

/** With hyphens (RFC 9562). */
export function parseUuid(text: string, addFault: (word: 'uuid', reason: string) => void): string {
  const digits = normalizeUuid(text)
  if (!/^[0-9a-f]{32}$/.test(digits) || !isKnownUuid(digits)) addFault('uuid', `'${text}' is no UUID`)
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

function checkNet(net: string, addFault: AddFault): void {
  const [, kind = '', where] = /^([a-z]+)(?::(.*))?$/s.exec(net) ?? []
  const known = ['user', 'none', 'vde', 'tap', 'bridge'].includes(kind)
  if (!known || (where !== undefined && (kind === 'user' || kind === 'none'))) {
    addFault('net', `'${net}' is none of user, vde[:SOCKET], tap[:DEVICE|:/dev/FILE], bridge[:BRIDGE], none`)
  } else if (where !== undefined && (kind === 'vde' || (kind === 'tap' && where.startsWith('/')))) {
    if (!where.startsWith('/')) addFault('net', `'${where}' is no absolute path of a switch's socket`)
    checkText('net', where, addFault)
  } else if (where !== undefined && !/^[A-Za-z0-9_.-]{1,15}$/.test(where)) {
    addFault('net', `'${where}' is no name of a network device (at most 15 letters, digits, _ . -)`)
  }
}
