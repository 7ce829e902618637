/** The session types of the original. Which of them do something here is what the registry of drivers has. */

export interface ClassicType {
  readonly about: string
  /** HOSTs are logins and desktops without a stored configuration, VMs are machines, PMs the hosts themselves. */
  readonly category: 'HOSTs' | 'VMs' | 'PMs'
  /** The consoles it could have, upper case. */
  readonly consoles: readonly string[]
  /** What to type meanwhile, where no driver is there. */
  readonly instead?: string
}

const text = ['CLI', 'XTERM', 'GTERM', 'EMACS', 'EMACSM', 'EMACSA', 'EMACSAM']

export const classicTypes = {
  CLI: {about: 'a shell on the host', category: 'HOSTs', consoles: ['CLI'], instead: 'ssh HOST'},
  X11: {
    about: 'a window of the host',
    category: 'HOSTs',
    consoles: text.slice(1),
    instead: 'ssh -X HOST PROGRAM',
  },
  VNC: {
    about: 'a desktop of the host',
    category: 'HOSTs',
    consoles: ['VNC', 'NONE'],
    instead: 'ctys vnc MACHINE, for one that runs',
  },
  RDP: {
    about: 'a remote desktop client',
    category: 'HOSTs',
    consoles: ['RDP'],
    instead: 'ctys forward MACHINE 13389:3389',
  },
  QEMU: {about: 'QEMU and KVM machines', category: 'VMs', consoles: ['NONE', 'VNC', 'SDL', 'CLI0', ...text]},
  XEN: {about: 'Xen guests', category: 'VMs', consoles: ['NONE', 'VNC', 'SDL', 'RDP', ...text]},
  VMW: {about: 'VMware machines', category: 'VMs', consoles: ['NONE', 'VNC', 'VMW', 'VMWRC', 'FIREFOX']},
  VBOX: {
    about: 'VirtualBox machines',
    category: 'VMs',
    consoles: ['NONE', 'VBOX', 'VBOXSDL', 'SDL', 'RDP', 'VNC', ...text],
  },
  PM: {about: 'the host itself', category: 'PMs', consoles: ['VNC', 'SDL', ...text], instead: 'ssh root@HOST'},
  OVZ: {about: 'OpenVZ containers', category: 'VMs', consoles: ['NONE', 'VNC', ...text]},
} as const satisfies Readonly<Record<string, ClassicType>>

/** What to type meanwhile in the place of a type that is not there. */
export function insteadOf(type: string): string | undefined {
  return isClassicType(type) ? (classicTypes[type] as ClassicType).instead : undefined
}

export type ClassicTypeName = keyof typeof classicTypes

/** Other names: KVM is QEMU with an accelerator. */
const typeAliases: Readonly<Record<string, ClassicTypeName>> = {KVM: 'QEMU'}

/** In upper case, aliases by the name of what they stand for. */
export function classicTypeOf(word: string): string {
  const upper = word.toUpperCase()
  return (Object.hasOwn(typeAliases, upper) ? typeAliases[upper] : undefined) ?? upper
}

export function isClassicType(type: string): type is ClassicTypeName {
  return Object.hasOwn(classicTypes, type)
}

/** Everything that can stand behind -t. */
export const typeWords: readonly string[] = [...Object.keys(classicTypes), ...Object.keys(typeAliases)]

const all = Object.keys(classicTypes)
/** Those with stored configurations. */
export const machineTypes = all.filter((type) => classicTypes[type as ClassicTypeName].category === 'VMs')

/** What a call without -t meant in the original, where it was no machine. */
export const classicDefaultTypes = ['CLI', 'VNC'] as const
