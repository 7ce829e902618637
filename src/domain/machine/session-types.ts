import {ConfigError} from '../errors.js'

/**
 * What a scan writes into the inventory, by session type. Types without a driver are listed only: their machines are
 * found and shown, ctys neither starts nor stops them.
 */
export const scanTypes = {
  QEMU: 'QEMU and KVM machines of ctys',
  XEN: 'Xen domU configurations',
  'QEMU-INIT': 'guests of qemu-init',
  PM: 'the host itself',
} as const

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

/** Machines of this type are listed only. */
export function isForeign(type: string): boolean {
  return ['XEN', 'QEMU-INIT', hostType].includes(type.toUpperCase())
}

export function isScanType(type: string): boolean {
  return Object.hasOwn(scanTypes, type)
}
