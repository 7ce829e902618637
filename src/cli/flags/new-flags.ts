import {Flags} from '@oclif/core'

/** What a new machine is to be. */
export const newFlags = {
  image: Flags.string({
    description: 'an image on the host to make it of: only differences are written, so the image must stay as it is',
    helpValue: 'PATH',
  }),
  full: Flags.boolean({description: 'copy the image whole'}),
  format: Flags.string({description: 'of the new image', options: ['qcow2', 'raw'], default: 'qcow2'}),
  size: Flags.string({description: 'of the new image; default 8G, or that of --image', helpValue: 'SIZE'}),
  memory: Flags.string({description: 'main memory', default: '1G', helpValue: 'SIZE'}),
  cpus: Flags.integer({description: 'virtual CPUs', default: 1, min: 1, max: 4096}),
  mac: Flags.string({description: 'default: a free one of 52:54:00', helpValue: 'MAC'}),
  ip: Flags.string({description: 'address of the guest, for the inventory', helpValue: 'ADDRESS'}),
  uuid: Flags.string({description: 'default: a random one', helpValue: 'UUID'}),
  net: Flags.string({
    description: 'user, vde[:SOCKET], tap[:DEVICE], bridge[:BRIDGE] or none',
    default: 'user',
    helpValue: 'NET',
  }),
  arch: Flags.string({description: 'guest CPU, as in qemu-system-ARCH; default: that of the host', helpValue: 'ARCH'}),
  machine: Flags.string({description: 'machine type of QEMU', helpValue: 'TYPE'}),
  bus: Flags.string({description: 'how the disk is attached', options: ['virtio', 'ide', 'scsi', 'none']}),
  nic: Flags.string({description: 'network card', helpValue: 'MODEL'}),
  cdrom: Flags.string({
    description: 'CD image on the host to install from: ctys -t qemu -a create=l:NAME,instmode HOST',
    helpValue: 'PATH',
  }),
  kernel: Flags.string({description: 'kernel on the host to boot', helpValue: 'PATH'}),
  initrd: Flags.string({description: 'initial RAM disk for the kernel', helpValue: 'PATH'}),
  append: Flags.string({description: 'command line of the kernel', helpValue: 'TEXT'}),
  'ssh-key': Flags.string({
    description: 'file here with a public key that may log in to the guest; may be repeated (cloud-init)',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'user-data': Flags.string({
    description: 'file here that cloud-init of the guest gets at its first start',
    helpValue: 'FILE',
  }),
  arg: Flags.string({
    description: 'a further word for QEMU (--arg=-rtc --arg=base=localtime); may be repeated',
    helpValue: 'WORD',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

interface NewFlags {
  readonly image?: string | undefined
  readonly full: boolean
  readonly format: string
  readonly size?: string | undefined
  readonly memory: string
  readonly cpus: number
  readonly mac?: string | undefined
  readonly ip?: string | undefined
  readonly uuid?: string | undefined
  readonly net: string
  readonly arch?: string | undefined
  readonly machine?: string | undefined
  readonly bus?: string | undefined
  readonly nic?: string | undefined
  readonly cdrom?: string | undefined
  readonly kernel?: string | undefined
  readonly initrd?: string | undefined
  readonly append?: string | undefined
  readonly arg?: readonly string[] | undefined
}

/** As the use case takes them. */
export function newWords({arg, ...flags}: NewFlags) {
  const {image, full, format, size, memory, cpus, mac, ip, uuid, net} = flags
  const {arch, machine, bus, nic, cdrom, kernel, initrd, append} = flags
  return {
    ...{image, full, format, size, memory, cpus, mac, ip, uuid, net},
    ...{arch, machine, bus, nic, cdrom, kernel, initrd, append, words: arg},
  }
}
