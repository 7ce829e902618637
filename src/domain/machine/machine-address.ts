/**
 * The machine address: how a user names one virtual machine. All given fields are ANDed.
 * Grammar: `l:web01,u:...,m:...,t:...,p:/abs/conf,f:part,b:/base%/base2,i:id,pid:4711` (parsed by src/parse).
 */
export interface MachineAddress {
  readonly label?: string
  /** Opaque identifier; for virtual machines the absolute path of the configuration file. */
  readonly id?: string
  /** Absolute path of the configuration file; needs no search. */
  readonly path?: string
  /** Part of the absolute configuration path. */
  readonly filename?: string
  /** Roots of a search on the host; relative ones start at the remote home directory. */
  readonly basePaths?: readonly string[]
  /** 32 lower-case hexadecimal digits, no hyphens. */
  readonly uuid?: string
  /** Upper case, colons. */
  readonly mac?: string
  /** IP address or name of the guest. */
  readonly tcp?: string
  /** A process of the host: for what nothing else tells apart. No machine of an inventory has one. */
  readonly pid?: number
}

/** What of a machine can be compared with an address. */
export interface AddressableMachine {
  readonly label: string
  readonly id: string
  readonly uuid: string
  /** All MAC addresses of the machine. */
  readonly macs: readonly string[]
  /** All addresses and network names of the machine. */
  readonly tcps: readonly string[]
  /** Of a machine that runs. */
  readonly pid?: number
}

/** Lower case, no hyphens: the one form in which UUIDs are compared. */
export function normalizeUuid(uuid: string): string {
  return uuid.replaceAll('-', '').toLowerCase()
}

/** False for what stands for "none": nothing, all zeros, all ones (RFC 9562, sections 5.9 and 5.10). */
export function isKnownUuid(uuid: string): boolean {
  return !/^(0*|f{32})$/.test(normalizeUuid(uuid))
}

export function normalizeMac(mac: string): string {
  return mac.replaceAll('-', ':').toUpperCase()
}

/** True when every given field of the address fits; `basePaths` limits the path, `filename` is any part of it. */
export function matchesAddress(address: MachineAddress, machine: AddressableMachine): boolean {
  const {label, id, path, filename, basePaths, uuid, mac, tcp, pid} = address
  if (pid !== undefined && pid !== machine.pid) return false
  if (label !== undefined && label !== machine.label) return false
  if (id !== undefined && id !== machine.id) return false
  if (path !== undefined && path !== machine.id) return false
  if (filename !== undefined && !machine.id.includes(filename)) return false
  if (uuid !== undefined && uuid !== normalizeUuid(machine.uuid)) return false
  if (mac !== undefined && !machine.macs.some((m) => normalizeMac(m) === mac)) return false
  if (tcp !== undefined && !machine.tcps.some((t) => t.toLowerCase() === tcp.toLowerCase())) return false
  return isBelowBases(machine.id, basePaths)
}

/** True without bases, and for a path below one of them. */
export function isBelowBases(path: string, basePaths: readonly string[] | undefined): boolean {
  return basePaths === undefined || basePaths.some((base) => isBelow(path, base))
}

/** A relative base fits every path here: the home of the account is known to its host, which looks again. */
function isBelow(path: string, base: string): boolean {
  return !base.startsWith('/') || path === base || path.startsWith(base.endsWith('/') ? base : `${base}/`)
}

/** As the user could have typed it: `l:web01,u:0123...`. */
export function formatAddress(address: MachineAddress): string {
  const parts: string[] = []
  if (address.label !== undefined) parts.push(`l:${address.label}`)
  if (address.id !== undefined) parts.push(`i:${address.id}`)
  if (address.path !== undefined) parts.push(`p:${address.path}`)
  if (address.filename !== undefined) parts.push(`f:${address.filename}`)
  if (address.uuid !== undefined) parts.push(`u:${address.uuid}`)
  if (address.mac !== undefined) parts.push(`m:${address.mac}`)
  if (address.tcp !== undefined) parts.push(`t:${address.tcp}`)
  if (address.pid !== undefined) parts.push(`pid:${address.pid}`)
  if (address.basePaths !== undefined) parts.push(`b:${address.basePaths.join('%')}`)
  return parts.join(',')
}
