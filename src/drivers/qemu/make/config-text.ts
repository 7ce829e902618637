/** The configuration of a new machine (the keys of ../config/keys.ts, and those its wrapper reads besides). Pure. */
import type {NewMachine} from '../../../domain/work/make.js'

export interface Provenance {
  readonly serial: string
  /** What starts it, as the host has it. */
  readonly starter: string
  /** Of that, where the machine does not say. */
  readonly arch: string
}

/** The name of its boot image, beside the configuration. */
export function imageName({label, disk}: Pick<NewMachine, 'label' | 'disk'>): string {
  return `${label}.${disk.format === 'qcow2' ? 'qcow2' : 'img'}`
}

/** The initial RAM disk of an installer with its answers behind, beside the configuration. */
export const answeredInitrd = 'initrd.answers'

/** Dotted for IPv4, else the length of the prefix. */
function netmask(ip: string | undefined, prefix: number): string {
  if (ip?.includes(':')) return String(prefix)
  const bits = (0xffff_ffff << (32 - prefix)) >>> 0
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.')
}

export function configText(machine: NewMachine, {serial, starter, arch}: Provenance): string {
  const {label, uuid, macs, ip, network, memoryMiB, cpus, net, disk, system, answers, steps = [], words = []} = machine
  const keys: readonly (readonly [key: string, value: string | undefined])[] = [
    ['LABEL', label],
    ['SESSIONTYPE', 'QEMU'],
    ['UUID', uuid],
    ...macs.map((mac, index) => [`MAC${index}`, mac] as const),
    ['IP0', ip],
    ['NETMASK', network && netmask(ip, network.prefix)],
    ['GATEWAY', network?.gateway],
    ['DIST', system?.dist],
    ['DISTREL', system?.distrel],
    ['OS', system?.os],
    ['OSREL', system?.osrel],
    ['VERNO', '01.01.001'],
    ['SERNO', serial],
    ['CATEGORY', 'VM'],
    ['VMSTATE', 'ACTIVE'],
    ['ARCH', machine.arch ?? arch],
    ['PLATFORM', machine.platform],
    ['CPU', machine.cpu],
    ['VRAM', String(memoryMiB)],
    ['VCPU', String(cpus)],
    ['STARTERCALL', starter],
    ['DEFAULTCONSOLE', 'NONE'],
    ['NET', net],
    ['NIC', machine.nic],
    ['VGADRIVER', machine.vga],
    ['TIMEOPT', machine.clock === 'localtime' ? 'localtime' : undefined],
    ['TABLET', machine.tablet === 'no' ? 'none' : undefined],
    ['DISKBUS', machine.bus],
    ['HDDBOOTIMAGE', imageName(machine)],
    ['HDDBOOTIMAGE_FORMAT', disk.format],
    ['INSTSRCCDROM', machine.cdrom],
    ['KERNELIMAGE', machine.kernel],
    ['INITRDIMAGE', answers?.inInitrd === true ? answeredInitrd : machine.initrd],
    ['APPEND', machine.append],
    ['SEEDLABEL', answers?.label === 'OEMDRV' ? 'OEMDRV' : undefined],
    ...steps.map((step, index) => [`STEP${index}`, step] as const),
    ...words.map((word, index) => [`ARG${index}`, word] as const),
    ['INST_SERNO', serial],
    ['INST_CALL', machine.fingerprint],
  ]
  const lines = keys.flatMap(([key, value]) => (value === undefined ? [] : [`#@#${key} = "${value}"`]))
  return [
    '# Settings of a virtual machine; the wrapper beside this file and ctys read them.',
    '#@#MAGICID-QEMU',
    ...lines,
    '',
  ].join('\n')
}
