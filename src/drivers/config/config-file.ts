/** Which session type a configuration file belongs to, and what it says. Pure; never throws. */

import type {ConfigReading, TypedReading} from '../../domain/inventory/scan-memory.js'
import type {ConfigReader} from '../../domain/ports/ports.js'
import {readIncusConfig} from '../incus/reader.js'
import {readLibvirtConfig} from '../libvirt/reader.js'
import {readLimaConfig} from '../lima/reader.js'
import {readProxmoxConfig} from '../proxmox/reader.js'
import {maxConfigBytes, parseVmConfig} from '../qemu/config/vm-config.js'
import {readQemuInitConfig} from '../qemu-init/reader.js'
import {readQuickemuConfig} from '../quickemu/reader.js'
import {readStartScript} from '../script/reader.js'
import {readXenConfig} from '../xen/reader.js'

/**
 * Null: no configuration of any type. Marks decide first, then the name, then what the file looks like. A file that is a
 * configuration by its name and holds nothing of one is rejected: it may have been cut off, and its record is kept.
 */
export function readConfigFile(
  content: Buffer,
  path: string,
  readers: ReadonlyMap<string, ConfigReader> = noReaders,
): TypedReading | null {
  const init = readQemuInitConfig(content, path)
  if (init !== undefined) return {type: 'QEMU-INIT', ...init}
  const text = content.toString('latin1')
  const [, mark = ''] = /^#@#[ \t]*(?:CTYS-)?MAGICID-([A-Z0-9-]+)/m.exec(text) ?? []
  const own = readers.get(mark)?.(content, path)
  if (own !== undefined) return {type: mark, ...own}
  // without a mark each may know its own
  for (const [type, reader] of mark === '' ? readers : noReaders) {
    const reading = reader(content, path)
    if (reading !== undefined) return {type, ...reading}
  }
  const other = /^#@#[ \t]*(?:CTYS-)?MAGICID-/m.test(text) ? undefined : readOtherConfig(content, path)
  if (other !== undefined) return other
  const isXen = /^#@#MAGICID-XEN/m.test(text) || !(path.endsWith('.ctys') || /^#@#MAGICID-QEMU/m.test(text))
  const xen = isXen ? readXenConfig(content, path) : undefined
  if (xen !== undefined) return {type: 'XEN', ...xen}
  const qemu = parseVmConfig(content, path)
  const isNothing = qemu.machine === undefined && qemu.rejects.length === 0 && !qemu.ignored
  if (!isNothing) return {type: 'QEMU', ...withAdopted(qemu, text)}
  if (!path.endsWith('.ctys') || /#@#[ \t]*(?:CTYS-)?MAGICID-[A-Z0-9]/.test(text)) return null
  const reason = 'names no session type: no MAGICID, and no key of ctys'
  return {type: 'QEMU', rejects: [{path, line: 0, reason}], ignored: false}
}

const noReaders: ReadonlyMap<string, ConfigReader> = new Map()

/** What another tool wrote, or a script that starts a machine. */
function readOtherConfig(content: Buffer, path: string): TypedReading | undefined {
  if (content.length > maxConfigBytes || content.includes(0)) return undefined
  if (path.endsWith('.xml')) return typed('LIBVIRT', readLibvirtConfig(content, path))
  if (path.endsWith('.conf')) {
    return typed('PROXMOX', readProxmoxConfig(content, path)) ?? typed('QUICKEMU', readQuickemuConfig(content, path))
  }
  if (path.endsWith('.yaml')) return typed('LIMA', readLimaConfig(content, path)) ?? readIncusConfig(content, path)
  return readStartScript(content, path)
}

function typed(type: string, reading: ConfigReading | undefined): TypedReading | undefined {
  return reading && {type, ...reading}
}

function withAdopted(reading: ConfigReading, text: string): ConfigReading {
  const [, path] = /^#@#ADOPTED = "(\/[^\n]*)"$/m.exec(text) ?? []
  if (reading.machine === undefined || path === undefined) return reading
  return {...reading, machine: {...reading.machine, adopted: Buffer.from(path, 'latin1').toString()}}
}
