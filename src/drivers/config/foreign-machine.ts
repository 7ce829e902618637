/** What the configuration of another tool says of its machine, in one form for all of them, and its record. Pure. */
import type {RecordField} from '../../domain/inventory/inventory-record.js'
import {normalizeMac} from '../../domain/machine/machine-address.js'
import type {EnumeratedMachine} from '../../domain/work/answers.js'
import {checkedValue, maxValue} from '../qemu/config/keys.js'

export interface ForeignDisk {
  /** Absolute, or as it was written where that is a volume of its tool and no file. */
  readonly path: string
  /** As QEMU calls it; absent where it is not said. */
  readonly format?: string
  /** virtio, scsi, ide, sata, usb, fdc, nvme, or as it was written. */
  readonly bus: string
  readonly kind: 'disk' | 'cdrom' | 'floppy'
  readonly readOnly?: boolean
}

export interface ForeignNic {
  readonly mac: string
  /** virtio, e1000, rtl8139 or as it was written. */
  readonly model: string
  /** `name`: of the bridge, the device, the network; empty for user. */
  readonly net: {readonly kind: 'user' | 'bridge' | 'other'; readonly name: string}
}

/** Unknown facts are empty or absent. */
export interface ForeignMachine {
  /** One of scanTypes. */
  readonly type: string
  readonly name: string
  readonly uuid: string
  readonly arch: string
  readonly platform: string
  readonly cpu: string
  /** KVM, QEMU, or empty. */
  readonly accelerator: string
  readonly memoryMiB: number
  readonly cpus: number
  /** `flash`: image of the firmware and of its variables (UEFI); `bios`: one image. */
  readonly firmware?: {readonly flash: string; readonly vars: string} | {readonly bios: string}
  readonly kernel?: {readonly path: string; readonly initrd: string; readonly append: string}
  readonly disks: readonly ForeignDisk[]
  readonly nics: readonly ForeignNic[]
  readonly vncDisplay: string
  readonly os: string
  readonly isTemplate?: boolean
  /** What of it no call of QEMU by ctys can have, each in a sentence. */
  readonly lost: readonly string[]
}

export const unknownMachine = {
  ...{name: '', uuid: '', arch: '', platform: '', cpu: '', accelerator: '', memoryMiB: 0, cpus: 0},
  ...{disks: [], nics: [], vncDisplay: '', os: '', lost: []},
} as const satisfies Omit<ForeignMachine, 'type'>

/** More of either is hardly one machine. */
const mostDevices = 64

type Fields = Partial<Record<RecordField, string>>

/** Undefined where nothing of it can be a label. `path`: of its configuration. */
export function enumeratedOf(machine: ForeignMachine, path: string): EnumeratedMachine | undefined {
  const label = labelOf(machine.name)
  if (label === undefined || path.includes('\u{fffd}')) return undefined
  const disks = machine.disks.slice(0, mostDevices).map((disk) => disk.path)
  const fields = valid({
    category: 'VM',
    vram: machine.memoryMiB > 0 ? String(Math.round(machine.memoryMiB)) : '',
    vcpu: machine.cpus > 0 ? String(machine.cpus) : '',
    arch: machine.arch,
    platform: machine.platform,
    accelerator: machine.accelerator,
    vncDisplay: machine.vncDisplay,
    os: machine.os,
    vmState: machine.isTemplate === true ? 'TEMPLATE' : '',
    contextString: fitting(disks),
  })
  const nics = machine.nics.slice(0, mostDevices).map(({mac, net}, index) => ({
    ...fields,
    ...valid({mac: normalizeMac(mac), relay: net.name}),
    ifName: String(index),
  }))
  const images = disks.filter((disk) => disk.startsWith('/'))
  return {
    type: machine.type,
    label,
    id: path,
    uuid: checkedValue('uuid', machine.uuid) ?? '',
    ...(images.length > 0 && {images}),
    interfaces: nics.length > 0 ? nics : [fields],
  }
}

/** Others allow names that are no labels, such as `Windows 10`: what cannot stand becomes `_`. */
export function labelOf(name: string): string | undefined {
  const plain = name
    .slice(0, 255)
    .replace(/[^\p{L}\p{N}_@+.-]/gu, '_')
    .replace(/^[.-]/, '_')
  return checkedValue('label', plain)
}

/** Without the fields whose value is none. */
function valid(fields: Fields): Fields {
  const found: Fields = {}
  for (const [field, raw] of Object.entries(fields) as [RecordField, string][]) {
    const value = checkedValue(field, raw)
    if (value !== undefined) found[field] = value
  }
  return found
}

/** As many disks, whole, with blanks between them, as a value of the inventory may be long. */
export function fitting(disks: readonly string[]): string {
  let text = ''
  for (const disk of disks) {
    const longer = `${text} ${disk.replaceAll(';', ' ')}`.trim()
    if (longer.length > maxValue) break
    text = longer
  }
  return text
}

const units: Readonly<Record<string, number>> = {
  ...{b: 1 / 1048576, bytes: 1 / 1048576, kb: 1000 / 1048576, mb: 1e6 / 1048576, gb: 1e9 / 1048576, tb: 1e12 / 1048576},
  ...{k: 1 / 1024, kib: 1 / 1024, m: 1, mib: 1, g: 1024, gib: 1024, t: 1048576, tib: 1048576},
}

/** MiB of `4GiB`, `4G`, `512 MiB`; of a bare number by `unit`. 0 for what is none. */
export function mebibytes(text: string, unit: string): number {
  const [, digits = '', own = ''] = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([A-Za-z]*)\s*$/.exec(text) ?? []
  const size = Number(digits) * (units[(own || unit).toLowerCase()] ?? Number.NaN)
  return Number.isFinite(size) ? size : 0
}
