/** A configuration of another tool, a start script or a bare image, as a machine of ctys. Pure. */
import {posix} from 'node:path'
import {ownerOf} from '../../../domain/machine/session-types.js'
import type {Adoption} from '../../../domain/work/adopt.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {ForeignMachine} from '../../config/foreign-machine.js'
import {readDomain} from '../../libvirt/reader.js'
import {readGuest} from '../../proxmox/reader.js'
import {readQuick} from '../../quickemu/reader.js'
import {readScript, readScriptCall} from '../../script/reader.js'
import {parseCommandLine} from '../process/command-line.js'
import {argvOf} from './argv-of.js'
import {keptWords} from './words.js'

export function fromConfig(machine: EnumeratedMachine, contents: ReadonlyMap<string, Buffer>): Adoption {
  const {type, label, id, uuid, images = [], interfaces} = machine
  const [facts = {}] = interfaces
  const owner = ownerOf(type)
  const [boot = ''] = images
  const known: Adoption = {
    label,
    foundAs: type,
    path: id,
    ...(owner !== undefined && {owner}),
    uuid,
    macs: interfaces.map(({mac = ''}) => mac).filter((mac) => mac !== ''),
    arch: facts.arch ?? '',
    memoryMiB: Number(facts.vram ?? 0),
    cpus: Number(facts.vcpu ?? 0),
    accelerator: facts.accelerator ?? '',
    disks: images,
    ...{how: 'call', starter: '', words: [], serial: true},
    directory: boot === '' || boot.startsWith('/dev/') ? '' : posix.dirname(boot),
    refusals: [],
  }
  if (type === 'IMAGE') return {...known, label: nameOfImage(id), how: 'image', format: machine.format ?? 'raw'}
  const content = contents.get(id)
  if (content === undefined) return refused(known, `only ${owner ?? 'its own tool'} knows how it is started`)
  if (type === 'SCRIPT') return fromScript(known, content.toString('utf8'))
  const described = describedIn(type, content, id)
  if (described === undefined) return refused(known, `only ${owner ?? 'its own tool'} knows how it is started`)
  const {words, refusals} = argvOf(described, owner ?? 'its own tool')
  return {
    ...known,
    starter: `qemu-system-${described.arch || 'x86_64'}`,
    words,
    refusals: [...refusals, ...unwritable(words)],
  }
}

/** `disk.qcow2` tells no name: its directory does. */
export function nameOfImage(path: string): string {
  if (path === '') return 'machine'
  const {name, dir} = posix.parse(path)
  return /^(?:disk|root|image|hda|system|boot|vm|drive|rootfs)[-_]?\d*$/i.test(name)
    ? posix.basename(dir) || name
    : name
}

function fromScript(known: Adoption, text: string): Adoption {
  const call = readScriptCall(text, known.path)
  const machine = readScript(text, known.path)
  if (call === undefined || machine === undefined) return refused(known, 'its call of QEMU was not understood')
  const directory = posix.dirname(known.path)
  if (call.passes) return {...known, how: 'script', starter: call.starter, workDirectory: directory}
  const words = call.words.flatMap((word) => word ?? [])
  if (words.length < call.words.length) {
    return refused(known, 'parts of its call are known to the shell alone: start it, and adopt the machine that runs')
  }
  const kept = keptWords([call.starter, ...words])
  return {
    ...known,
    starter: call.starter,
    words: kept.words,
    serial: kept.serial,
    ...(isRelative(call.starter, words) && {workDirectory: directory}),
    refusals: kept.refusals,
  }
}

function refused(known: Adoption, reason: string): Adoption {
  return {...known, refusals: [...known.refusals, reason]}
}

function describedIn(type: string, content: Buffer, path: string): ForeignMachine | undefined {
  switch (type) {
    case 'LIBVIRT':
      return readDomain(content)
    case 'PROXMOX':
      return readGuest(content, path)
    case 'QUICKEMU':
      return readQuick(content, path)
    case 'VIRT-INSTALL':
      return readScript(content.toString('utf8'), path)
    default:
      return undefined
  }
}

function unwritable(words: readonly string[]): readonly string[] {
  return words.some((word) => /[\n\r\u{fffd}\0]/u.test(word))
    ? ['a word of its call has a line end, or is not UTF-8']
    : []
}

function isRelative(starter: string, words: readonly string[]): boolean {
  return parseCommandLine([starter, ...words]).files.some((path) => !path.startsWith('/'))
}
