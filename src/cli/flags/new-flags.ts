import * as Flags from '@oclif/core/flags'
import type {NewInput} from '../../app/machines/new-machines.js'

/** What a new machine is to be; their names are those of the words (src/parse/make/parse-new.ts) and of a file. */
export const newFlags = {
  dir: Flags.string({
    description:
      'directory on the host in which those of the machines are made, default vm; relative: below the home directory',
    helpValue: 'DIR',
  }),
  image: Flags.string({
    description:
      'what to make it of: /PATH of the host, ./FILE here, https://..., or a name of ctys images; only differences are written',
    helpValue: 'IMAGE',
  }),
  sha256: Flags.string({description: 'checksum of an image that is fetched or sent', helpValue: 'HEX'}),
  full: Flags.boolean({description: 'copy the image whole'}),
  format: Flags.string({description: 'of the new image; default qcow2', options: ['qcow2', 'raw']}),
  size: Flags.string({description: 'of the new image; default 8G, or that of --image', helpValue: 'SIZE'}),
  memory: Flags.string({description: 'main memory; default 1G', helpValue: 'SIZE'}),
  cpus: Flags.integer({description: 'virtual CPUs; default 1', min: 1, max: 4096}),
  mac: Flags.string({description: 'default: a free one of 52:54:00', helpValue: 'MAC'}),
  ip: Flags.string({
    description:
      'address of the guest, for the inventory; map: that of the address map; dns: that of the name service; with /PREFIX the guest is told as well',
    helpValue: 'ADDRESS',
  }),
  gateway: Flags.string({description: 'that a guest with an address of its own is told', helpValue: 'ADDRESS'}),
  dns: Flags.string({
    description: 'name server that it is told; may be repeated',
    helpValue: 'ADDRESS',
    multiple: true,
    multipleNonGreedy: true,
  }),
  uuid: Flags.string({description: 'default: a random one', helpValue: 'UUID'}),
  net: Flags.string({
    description: 'user, vde[:SOCKET], tap[:DEVICE], bridge[:BRIDGE] or none; default user',
    helpValue: 'NET',
  }),
  guest: Flags.string({
    description: 'what runs in it, a name of ctys guests: card, disk, screen, clock, CPU and memory that it wants',
    helpValue: 'NAME',
  }),
  arch: Flags.string({description: 'guest CPU, as in qemu-system-ARCH; default: that of the host', helpValue: 'ARCH'}),
  machine: Flags.string({description: 'machine type of QEMU', helpValue: 'TYPE'}),
  bus: Flags.string({description: 'how the disk is attached', options: ['virtio', 'ide', 'scsi', 'none']}),
  nic: Flags.string({description: 'network card', helpValue: 'MODEL'}),
  cpu: Flags.string({description: 'CPU model of QEMU', helpValue: 'MODEL'}),
  vga: Flags.string({description: 'graphics card, or none', helpValue: 'MODEL'}),
  clock: Flags.string({description: 'what its clock shows; default utc', options: ['utc', 'localtime']}),
  tablet: Flags.string({description: 'whether the pointer is a USB tablet; default yes', options: ['yes', 'no']}),
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
  unattended: Flags.string({
    description:
      'answers for its installer, which takes the whole disk and asks nobody; none was tried with a real one yet',
    options: ['preseed', 'kickstart', 'autoyast', 'autoinstall'],
  }),
  step: Flags.string({
    description: 'typed on its serial console at a start with --steps, once WAIT was seen; may be repeated',
    helpValue: "'WAIT => TYPE'",
    multiple: true,
    multipleNonGreedy: true,
  }),
  arg: Flags.string({
    description: 'a further word for QEMU (--arg=-rtc --arg=base=localtime); may be repeated',
    helpValue: 'WORD',
    multiple: true,
    multipleNonGreedy: true,
  }),
}

/** As the use case takes them: the words of the flags, and those in front of which none stands. */
export function newWords(flags: Readonly<Record<string, unknown>>, [name, ...hosts]: readonly string[]): NewInput {
  const own = Object.keys(newFlags).flatMap((word) => {
    // a flag that was not given is false
    const value = flags[word]
    return value === undefined || value === false ? [] : [[word, value]]
  })
  return {...(Object.fromEntries(own) as NewInput), name, hosts}
}
