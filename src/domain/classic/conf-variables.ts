/**
 * The variables of the original's ctys-createConfVM, which are set in front of the call (`MEMSIZE=1024 ctys-createConfVM`):
 * what each is called in older releases, the key of the configuration that it becomes, and its default.
 */

export interface ConfVariable {
  readonly name: string
  readonly aliases?: readonly string[]
  /** Absent: it is no key of the configuration. */
  readonly key?: string
  /** The default; absent = empty, or taken from the host, the address map, or made for this machine. */
  readonly usual?: string
  /** For people. */
  readonly about: string
  /** Is asked for also with --auto. */
  readonly isMandatory?: true
}

export const confVariables: readonly ConfVariable[] = [
  {name: 'LABEL', key: 'LABEL', about: 'name of the machine, and of the guest', isMandatory: true},
  {
    name: 'MAC',
    aliases: ['MAC0'],
    key: 'MAC0',
    about: 'MAC address; of the address map by LABEL, else a free one',
    isMandatory: true,
  },
  {name: 'IP', aliases: ['TCP', 'IP0'], key: 'IP0', about: 'IP address of the guest; of the address map by LABEL'},
  {name: 'NETMASK', key: 'NETMASK', about: 'netmask of the guest'},
  {name: 'GATEWAY', key: 'GATEWAY', about: 'gateway of the guest'},
  {name: 'UUID', key: 'UUID', about: 'a random one'},
  {name: 'EDITOR', key: 'INST_EDITOR', about: 'who makes it; the login name'},
  {name: 'DIST', key: 'DIST', about: 'distribution of the guest; that of this host'},
  {name: 'DISTREL', aliases: ['RELEASE'], key: 'DISTREL', about: 'its release; that of this host'},
  {name: 'OS', key: 'OS', about: 'operating system of the guest; that of this host'},
  {name: 'OSREL', aliases: ['OSVERSION'], key: 'OSREL', about: 'its release; that of this host'},
  {name: 'ARCH', key: 'ARCH', about: 'CPU of the guest; that of this host'},
  {name: 'ACCELERATOR', key: 'ACCELERATOR', about: 'KVM or QEMU; empty: KVM where it works'},
  {name: 'STARTERCALL', key: 'STARTERCALL', about: 'the QEMU; empty: the start script finds one'},
  {name: 'WRAPPERCALL', key: 'WRAPPERCALL', about: 'what calls QEMU, such as vdeq'},
  {name: 'VMSTATE', key: 'VMSTATE', usual: 'ACTIVE', about: 'ACTIVE, or a state in which it is not started'},
  {name: 'MEMSIZE', aliases: ['VRAM'], key: 'VRAM', usual: '512', about: 'memory in MiB'},
  {name: 'SMP', aliases: ['VCPU'], key: 'VCPU', about: 'number of CPUs; empty: one'},
  {name: 'KBD_LAYOUT', key: 'KBD_LAYOUT', usual: 'de', about: 'keyboard of the screen'},
  {name: 'CPU', key: 'CPU', about: 'model of the CPU'},
  {name: 'NIC', key: 'NIC', about: 'model of the network card; ; for none'},
  {name: 'NET', key: 'NET', about: 'user, vde, tap, bridge, none; vde where a switch runs, else user'},
  {name: 'VGADRIVER', key: 'VGADRIVER', about: 'model of the graphics card'},
  {name: 'HDDBOOTIMAGE', key: 'HDDBOOTIMAGE', about: 'the first disk; LABEL.img, a qcow2'},
  {name: 'HDDBOOTIMAGE_INST_SIZE', key: 'HDDBOOTIMAGE_INST_SIZE', usual: '8G', about: 'its size'},
  {
    name: 'HDDBOOTIMAGE_INST_BLOCKSIZE',
    usual: '256M',
    about: 'its size is BLOCKSIZE times BLOCKCOUNT where no size is given',
  },
  {name: 'HDDBOOTIMAGE_INST_BLOCKCOUNT', usual: '32', about: 'see BLOCKSIZE'},
  {name: 'HDDBOOTIMAGE_INST_BALLOON', usual: 'y', about: 'y: it takes room as it fills; n: all at once'},
  {name: 'DEFAULTBOOTMODE', aliases: ['BOOTMODE'], key: 'DEFAULTBOOTMODE', usual: 'HDD', about: 'what it boots from'},
  {
    name: 'DEFAULTINSTMODE',
    aliases: ['INSTMODE'],
    key: 'DEFAULTINSTMODE',
    usual: 'CD',
    about: 'what it is installed from',
  },
  {name: 'DEFAULTINSTSOURCE', usual: '/dev/cdrom', about: 'path of that medium'},
  {name: 'DEFAULTINSTTARGET', usual: 'HDDBOOTIMAGE', about: 'what is installed on'},
  {name: 'INSTSRCCDROM', aliases: ['INSTCDROM'], key: 'INSTSRCCDROM', usual: '/dev/cdrom', about: 'CD drive or image'},
  {name: 'INSTSRCDVD', usual: '/dev/dvd', about: 'DVD drive or image'},
  {name: 'INSTSRCFDD', key: 'INSTSRCFDD', usual: '/dev/fd0', about: 'floppy drive or image'},
  {name: 'INSTSRCHDD', usual: 'HDDBOOTIMAGE', about: 'hard disk to install from'},
  {name: 'INSTSRCUSB', key: 'INSTSRCUSB', usual: '/dev/usb', about: 'USB stick or image'},
  {name: 'KERNELIMAGE', aliases: ['INST_KERNEL'], key: 'KERNELIMAGE', about: 'kernel to boot'},
  {name: 'INITRDIMAGE', aliases: ['INST_INITRD'], key: 'INITRDIMAGE', about: 'its initial RAM disk'},
  {name: 'APPEND', key: 'APPEND', about: 'its command line'},
  {name: 'ARGSADD', key: 'ARGSADD', about: 'further words for QEMU'},
  {name: 'QEMUBIOS', key: 'QEMUBIOS', about: 'ROMs of QEMU (-L)'},
  {name: 'TIMEOPT', key: 'TIMEOPT', about: 'words of the clock, such as -localtime'},
  {name: 'DEFAULTHOSTS', aliases: ['QEMU_DEFAULT_HOSTS'], key: 'DEFAULTHOSTS', usual: 'VNC', about: 'default login'},
  {
    name: 'DEFAULTCONSOLE',
    aliases: ['QEMU_DEFAULT_CONSOLE'],
    key: 'DEFAULTCONSOLE',
    usual: 'VNC',
    about: 'default console',
  },
]
