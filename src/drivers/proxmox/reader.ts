/**
 * Guests of Proxmox VE: /etc/pve/qemu-server/VMID.conf (qm.conf(5)). Only the part before the first section is the machine
 * as it is; sections are its snapshots and what waits for a restart. Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {
  enumeratedOf,
  type ForeignDisk,
  type ForeignMachine,
  type ForeignNic,
  unknownMachine,
} from '../config/foreign-machine.js'

/** Directories of Proxmox hold nothing else; elsewhere such a file is one of anything. */
const place = /\/qemu-server\/[1-9]\d{2,8}\.conf$/

/** Undefined for any other file. */
export function readProxmoxConfig(content: Buffer, path: string): ConfigReading | undefined {
  if (!place.test(path)) return undefined
  const machine = enumeratedOf(readGuest(content, path), path)
  if (machine !== undefined) return {machine, rejects: [], ignored: false}
  return {rejects: [{path, line: 0, reason: 'the path is not UTF-8'}], ignored: false}
}

/** A guest without a name is called `vm` and its number. */
export function readGuest(content: Buffer, path: string): ForeignMachine {
  const values = valuesOf(content.toString('utf8'))
  const value = (key: string) => values.get(key) ?? ''
  const partsAt = (key: string) => partsOf(value(key))
  const indexed = (key: RegExp) => [...values].filter(([name]) => key.test(name))
  const count = (text: string) => (/^\d{1,4}$/.test(text) ? Number(text) : 1)
  const [, memory = '512'] = /^(?:current=)?(\d{1,9})\b/.exec(value('memory')) ?? []
  const efi = partsAt('efidisk0').get('') ?? ''
  return {
    ...unknownMachine,
    type: 'PROXMOX',
    name: value('name') || `vm${posix.basename(path, '.conf')}`,
    uuid: partsAt('smbios1').get('uuid') ?? '',
    arch: value('arch') || 'x86_64',
    platform: partsAt('machine').get('') || (partsAt('machine').get('type') ?? ''),
    cpu: partsAt('cpu').get('') ?? partsAt('cpu').get('cputype') ?? '',
    accelerator: value('kvm') === '0' ? 'QEMU' : 'KVM',
    memoryMiB: Number(memory),
    cpus: count(value('cores')) * count(value('sockets')),
    disks: indexed(/^(?:scsi|virtio|ide|sata)\d{1,2}$/).flatMap(([key, text]) => diskOf(key, text)),
    nics: indexed(/^net\d{1,2}$/).map(([, text]) => nicOf(text)),
    os: value('ostype'),
    ...(value('template') === '1' && {isTemplate: true}),
    lost: [
      ...(value('bios') === 'ovmf' ? [`the firmware of Proxmox (${efi || 'ovmf'})`] : []),
      ...indexed(/^(?:hostpci|usb)\d+$/).map(([key]) => `a device of the host (${key})`),
      ...(values.has('args') ? ['words of its own for QEMU (args)'] : []),
    ],
  }
}

function valuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line.startsWith('[')) break
    const [, key = '', value = ''] = /^([a-z][a-z_]*\d{0,3}):\s*(\S.*?)?\s*$/.exec(line.slice(0, 4096)) ?? []
    if (key !== '') values.set(key, value)
  }
  return values
}

/** `local-lvm:vm-1-disk-0,size=32G`: what stands first without a name is under the empty one. */
function partsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part, index): [string, string] => {
      const equals = part.indexOf('=')
      return equals < 0
        ? [index === 0 ? '' : part.trim(), part.trim()]
        : [part.slice(0, equals), part.slice(equals + 1)]
    }),
  )
}

/** `none` is a drive without a medium. A volume stays as it is written: where its storage lies is told elsewhere. */
function diskOf(key: string, text: string): readonly ForeignDisk[] {
  const parts = partsOf(text)
  const path = parts.get('') ?? parts.get('file') ?? ''
  if (path === '' || path === 'none' || path === 'cdrom') return []
  const format = parts.get('format') ?? /\.(qcow2|raw|vmdk)$/.exec(path)?.[1]
  return [
    {
      path,
      ...(format !== undefined && {format}),
      bus: key.replace(/\d+$/, ''),
      kind: parts.get('media') === 'cdrom' ? 'cdrom' : 'disk',
    },
  ]
}

/** `virtio=BC:24:11:00:00:01,bridge=vmbr0`; without a bridge Proxmox takes user networking. */
function nicOf(text: string): ForeignNic {
  const parts = partsOf(text)
  const [model = '', mac = ''] = [...parts].find(([, value]) => /^(?:[0-9A-F]{2}:){5}[0-9A-F]{2}$/i.test(value)) ?? []
  const bridge = parts.get('bridge')
  return {
    mac,
    model: model === 'macaddr' || model === '' ? (parts.get('model') ?? '') : model,
    net: bridge === undefined ? {kind: 'user', name: ''} : {kind: 'bridge', name: bridge},
  }
}
