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

export function configText(machine: NewMachine, {serial, starter, arch}: Provenance): string {
  const {label, uuid, macs, ip, memoryMiB, cpus, net, disk, words = []} = machine
  const keys: readonly (readonly [key: string, value: string | undefined])[] = [
    ['LABEL', label],
    ['SESSIONTYPE', 'QEMU'],
    ['UUID', uuid],
    ...macs.map((mac, index) => [`MAC${index}`, mac] as const),
    ['IP0', ip],
    ['VERNO', '01.01.001'],
    ['SERNO', serial],
    ['CATEGORY', 'VM'],
    ['VMSTATE', 'ACTIVE'],
    ['ARCH', machine.arch ?? arch],
    ['PLATFORM', machine.platform],
    ['VRAM', String(memoryMiB)],
    ['VCPU', String(cpus)],
    ['STARTERCALL', starter],
    ['DEFAULTCONSOLE', 'NONE'],
    ['NET', net],
    ['NIC', machine.nic],
    ['DISKBUS', machine.bus],
    ['HDDBOOTIMAGE', imageName(machine)],
    ['HDDBOOTIMAGE_FORMAT', disk.format],
    ['INSTSRCCDROM', machine.cdrom],
    ['KERNELIMAGE', machine.kernel],
    ['INITRDIMAGE', machine.initrd],
    ['APPEND', machine.append],
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
