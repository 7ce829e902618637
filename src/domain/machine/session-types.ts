import {ConfigError} from '../errors.js'

/**
 * What a scan writes into the inventory, by session type. Types without a driver are listed only: their machines are
 * found and shown, ctys neither starts nor stops them.
 */
export const scanTypes = {
  QEMU: 'QEMU and KVM machines of ctys',
  XEN: 'Xen domU configurations',
  'QEMU-INIT': 'guests of qemu-init',
  LIBVIRT: 'domains of libvirt',
  PROXMOX: 'guests of Proxmox VE',
  QUICKEMU: 'configurations of quickemu',
  LIMA: 'instances of Lima',
  INCUS: 'virtual machines of Incus',
  LXD: 'virtual machines of LXD',
  'VIRT-INSTALL': 'scripts that call virt-install',
  SCRIPT: 'scripts that start QEMU with an image beside them',
  IMAGE: 'disk images that nothing else names',
  PM: 'the host itself',
} as const

/** The session type of a command on machines that names none. */
export const usualType = 'QEMU'

/** In place of a session type: every type that knows the verb. */
export const everyType = 'ALL'

/** The one type that is no machine on a host but the host. */
export const hostType = 'PM'

/** UNSUPPORTED: something was named that scans list and no driver can handle. */
export function listedOnly(type: string, what: string, hint: string): ConfigError {
  return new ConfigError('UNSUPPORTED', `${what}: ctys lists machines of type ${type}, it cannot act on them yet`, {
    hint,
  })
}

/** Machines of this type are found by scans, and no driver acts on them. */
export function isListedOnly(type: string, drivers: {has(type: string): boolean}): boolean {
  const name = type.toUpperCase()
  return isScanType(name) && !drivers.has(name)
}

/** Types whose configurations and images are looked for beside those of ctys, Xen and qemu-init. */
export const othersTypes: readonly string[] = [
  ...['LIBVIRT', 'PROXMOX', 'QUICKEMU', 'LIMA', 'INCUS', 'LXD', 'VIRT-INSTALL', 'SCRIPT', 'IMAGE'],
]

/** Who owns machines of a type that is listed only, as it calls itself; undefined where nobody does. */
export function ownerOf(type: string): string | undefined {
  return owners[type.toUpperCase()]
}

const owners: Readonly<Record<string, string>> = {
  XEN: 'Xen',
  'QEMU-INIT': 'qemu-init',
  LIBVIRT: 'libvirt',
  PROXMOX: 'Proxmox VE',
  QUICKEMU: 'quickemu',
  LIMA: 'Lima',
  INCUS: 'Incus',
  LXD: 'LXD',
  'VIRT-INSTALL': 'libvirt',
}

export function isScanType(type: string): boolean {
  return Object.hasOwn(scanTypes, type)
}
