/** Which session type a configuration file belongs to, and what it says. Pure; never throws. */
import type {TypedReading} from '../../domain/inventory/scan-memory.js'
import {parseVmConfig} from '../qemu/config/vm-config.js'
import {readQemuInitConfig} from '../qemu-init/reader.js'
import {readXenConfig} from '../xen/reader.js'

/**
 * Null: no configuration of any type. Marks decide first, then the name, then what the file looks like. A file that is a
 * configuration by its name and holds nothing of one is rejected: it may have been cut off, and its record is kept.
 */
export function readConfigFile(content: Buffer, path: string): TypedReading | null {
  const init = readQemuInitConfig(content, path)
  if (init !== undefined) return {type: 'QEMU-INIT', ...init}
  const text = content.toString('latin1')
  const isXen = /^#@#MAGICID-XEN/m.test(text) || !(path.endsWith('.ctys') || /^#@#MAGICID-QEMU/m.test(text))
  const xen = isXen ? readXenConfig(content, path) : undefined
  if (xen !== undefined) return {type: 'XEN', ...xen}
  const qemu = parseVmConfig(content, path)
  const isNothing = qemu.machine === undefined && qemu.rejects.length === 0 && !qemu.ignored
  if (!isNothing) return {type: 'QEMU', ...qemu}
  if (!path.endsWith('.ctys') || /#@#[ \t]*(?:CTYS-)?MAGICID-[A-Z0-9]/.test(text)) return null
  const reason = 'names no session type: no MAGICID, and no key of ctys'
  return {type: 'QEMU', rejects: [{path, line: 0, reason}], ignored: false}
}
