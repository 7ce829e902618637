/**
 * Domains of libvirt, as it keeps them in /etc/libvirt/qemu/NAME.xml and prints them (`virsh dumpxml`); the format is that
 * of https://libvirt.org/formatdomain.html. Pure; never throws.
 */
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {childOf, childrenOf, readXml, type XmlElement} from '../../lib/xml-tree.js'
import {
  enumeratedOf,
  type ForeignDisk,
  type ForeignMachine,
  type ForeignNic,
  mebibytes,
  unknownMachine,
} from '../config/foreign-machine.js'

/** Undefined for XML of anything else. */
export function readLibvirtConfig(content: Buffer, path: string): ConfigReading | undefined {
  const text = content.toString('utf8')
  if (!/<domain[\s>]/.test(text)) return undefined
  const reject = (line: number, reason: string): ConfigReading => ({rejects: [{path, line, reason}], ignored: false})
  const reading = readXml(text)
  if ('reason' in reading) return reject(reading.line, `no XML: ${reading.reason}`)
  const machine = domainOf(reading.root)
  if (machine === undefined) return undefined
  const found = enumeratedOf(machine, path)
  return found === undefined ? reject(0, 'the domain has no name') : {machine: found, rejects: [], ignored: false}
}

/** The domain of a file, with all that QEMU is told of it; undefined where it holds none. */
export function readDomain(content: Buffer): ForeignMachine | undefined {
  const reading = readXml(content.toString('utf8'))
  return 'root' in reading ? domainOf(reading.root) : undefined
}

/** Types of domains that are no machine (lxc) belong to nobody here. */
function domainOf(root: XmlElement): ForeignMachine | undefined {
  const {type = ''} = root.attributes
  if (root.name !== 'domain' || type === 'lxc' || type === 'openvz') return undefined
  const textOf = (...names: readonly string[]) => childOf(root, ...names)?.text ?? ''
  const attributeOf = (key: string, ...names: readonly string[]) => childOf(root, ...names)?.attributes[key] ?? ''
  const devices = childOf(root, 'devices')
  const memory = childOf(root, 'memory')
  const cpus = Number(textOf('vcpu'))
  const port = Number(
    childrenOf(devices, 'graphics').find(({attributes}) => attributes.type === 'vnc')?.attributes.port,
  )
  const mode = attributeOf('mode', 'cpu')
  const kernel = textOf('os', 'kernel')
  return {
    ...unknownMachine,
    type: 'LIBVIRT',
    name: textOf('name'),
    uuid: textOf('uuid'),
    arch: attributeOf('arch', 'os', 'type'),
    platform: attributeOf('machine', 'os', 'type'),
    cpu: mode === 'host-passthrough' || mode === 'host-model' ? 'host' : textOf('cpu', 'model'),
    accelerator: {kvm: 'KVM', qemu: 'QEMU'}[type] ?? type.toUpperCase(),
    memoryMiB: mebibytes(memory?.text ?? '', memory?.attributes.unit ?? 'KiB'),
    cpus: Number.isInteger(cpus) ? cpus : 0,
    ...firmwareOf(root),
    ...(kernel !== '' && {kernel: {path: kernel, initrd: textOf('os', 'initrd'), append: textOf('os', 'cmdline')}}),
    disks: childrenOf(devices, 'disk').flatMap(diskOf),
    nics: childrenOf(devices, 'interface').map(nicOf),
    vncDisplay: port >= 5900 ? String(port - 5900) : '',
    lost: lostOf(root, devices),
  }
}

function firmwareOf(root: XmlElement): Pick<ForeignMachine, 'firmware'> {
  const os = childOf(root, 'os')
  const loader = childOf(os, 'loader')
  if (loader === undefined || loader.text === '') return {}
  if (loader.attributes.type === 'rom') return {firmware: {bios: loader.text}}
  return {firmware: {flash: loader.text, vars: childOf(os, 'nvram')?.text ?? ''}}
}

function diskOf(disk: XmlElement): readonly ForeignDisk[] {
  const source = childOf(disk, 'source')?.attributes ?? {}
  const target = childOf(disk, 'target')?.attributes ?? {}
  const format = childOf(disk, 'driver')?.attributes.type
  const {device = 'disk'} = disk.attributes
  const volume = source.pool === undefined ? '' : `${source.pool}:${source.volume ?? ''}`
  const path =
    source.file ?? source.dev ?? (volume || (source.name === undefined ? '' : `${source.protocol}:${source.name}`))
  if (path === '') return []
  return [
    {
      path,
      ...(format !== undefined && {format}),
      bus: target.bus ?? (/^vd/.test(target.dev ?? '') ? 'virtio' : /^sd/.test(target.dev ?? '') ? 'scsi' : 'ide'),
      kind: device === 'cdrom' || device === 'floppy' ? device : 'disk',
      ...(childOf(disk, 'readonly') !== undefined && {readOnly: true}),
    },
  ]
}

function nicOf(nic: XmlElement): ForeignNic {
  const source = childOf(nic, 'source')?.attributes ?? {}
  const {type = ''} = nic.attributes
  const kind = type === 'bridge' || type === 'user' ? type : 'other'
  return {
    mac: childOf(nic, 'mac')?.attributes.address ?? '',
    model: childOf(nic, 'model')?.attributes.type ?? '',
    net: {kind, name: source.bridge ?? source.network ?? source.dev ?? ''},
  }
}

/** Devices of the host, and what libvirt passes on to QEMU as it is. */
function lostOf(root: XmlElement, devices: XmlElement | undefined): readonly string[] {
  const kinds = ['hostdev', 'filesystem', 'tpm', 'shmem', 'redirdev']
  const met = kinds.filter((kind) => kind !== 'redirdev' && childrenOf(devices, kind).length > 0)
  const isEfi = childOf(root, 'os')?.attributes.firmware === 'efi' && childOf(root, 'os', 'loader') === undefined
  return [
    ...met.map((kind) => `a device <${kind}>`),
    ...(childOf(root, 'qemu:commandline') === undefined ? [] : ['words of its own for QEMU (<qemu:commandline>)']),
    ...(isEfi ? ['firmware that libvirt chooses (<os firmware="efi">)'] : []),
  ]
}
