/** A call of QEMU for a machine that another tool describes, and what of it no such call can have. Pure. */
import type {ForeignDisk, ForeignMachine, ForeignNic} from '../../config/foreign-machine.js'

export interface DescribedCall {
  readonly words: readonly string[]
  /** Each in a sentence. */
  readonly refusals: readonly string[]
}

export function argvOf(machine: ForeignMachine, owner: string): DescribedCall {
  const {platform, accelerator, cpu, memoryMiB, cpus, firmware, kernel, disks, nics, lost} = machine
  const accel = accelerator === 'KVM' ? 'accel=kvm:tcg' : ''
  const board = [platform, accel].filter((text) => text !== '').join(',')
  const isVolume = ({path}: ForeignDisk) => !path.startsWith('/')
  const isElsewhere = ({net}: ForeignNic) => net.kind === 'other'
  return {
    words: [
      '-nodefaults',
      ...(board === '' ? [] : ['-machine', board]),
      ...(cpu === '' || (cpu === 'host' && accelerator !== 'KVM') ? [] : ['-cpu', cpu === 'host' ? 'max' : cpu]),
      ...(memoryMiB > 0 ? ['-m', String(Math.round(memoryMiB))] : []),
      ...(cpus > 0 ? ['-smp', String(cpus)] : []),
      ...firmwareWords(firmware),
      ...(kernel === undefined ? [] : kernelWords(kernel)),
      '-vga',
      'std',
      ...disks.flatMap(diskWords),
      ...(nics.length === 0 ? ['-nic', 'none'] : nics.flatMap(nicWords)),
    ],
    refusals: [
      ...lost.map((what) => `${what} cannot be taken over`),
      ...disks.filter(isVolume).map(({path}) => `its disk ${path} is a volume of ${owner} and no file`),
      ...nics.filter(isElsewhere).map(({net}) => `its network ${net.name} is one of ${owner}`),
    ],
  }
}

/** A comma in a value is written twice. */
function quoted(path: string): string {
  return path.replaceAll(',', ',,')
}

function firmwareWords(firmware: ForeignMachine['firmware']): readonly string[] {
  if (firmware === undefined) return []
  if ('bios' in firmware) return ['-bios', firmware.bios]
  const {flash, vars} = firmware
  const code = ['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${quoted(flash)}`]
  return vars === '' ? code : [...code, '-drive', `if=pflash,format=raw,unit=1,file=${quoted(vars)}`]
}

function kernelWords({path, initrd, append}: NonNullable<ForeignMachine['kernel']>): readonly string[] {
  return [
    ...['-kernel', path],
    ...(initrd === '' ? [] : ['-initrd', initrd]),
    ...(append === '' ? [] : ['-append', append]),
  ]
}

function diskWords({path, format, bus, kind, readOnly}: ForeignDisk, index: number): readonly string[] {
  const file = `file=${quoted(path)}${format === undefined ? '' : `,format=${format}`}`
  const only = readOnly === true ? ',readonly=on' : ''
  if (kind === 'floppy') return ['-drive', `${file},if=floppy`]
  if (kind === 'cdrom') return ['-drive', `${file},if=ide,media=cdrom,readonly=on`]
  const device = {
    scsi: [`virtio-scsi-pci,id=scsi${index}`, `scsi-hd,bus=scsi${index}.0,drive=disk${index}`],
    usb: [`qemu-xhci,id=usb${index}`, `usb-storage,bus=usb${index}.0,drive=disk${index}`],
    nvme: [`nvme,drive=disk${index},serial=disk${index}`],
  }[bus]
  if (device === undefined) return ['-drive', `${file},if=${bus === 'ide' || bus === 'sata' ? 'ide' : 'virtio'}${only}`]
  return [...device.flatMap((text) => ['-device', text]), '-drive', `${file},if=none,id=disk${index}${only}`]
}

const cards: Readonly<Record<string, string>> = {
  '': 'virtio-net-pci',
  virtio: 'virtio-net-pci',
  'virtio-net': 'virtio-net-pci',
}

function nicWords({mac, model, net}: ForeignNic, index: number): readonly string[] {
  const back = net.kind === 'bridge' ? `bridge,id=net${index},br=${quoted(net.name)}` : `user,id=net${index}`
  const card = cards[model] ?? quoted(model)
  return ['-netdev', back, '-device', `${card},netdev=net${index}${mac === '' ? '' : `,mac=${mac}`}`]
}
