/**
 * Guests of qemu-init: a file `<name>-qemud.rc` names one. By the rules of qemu-init a name has letters and digits
 * only, at most 40, does not end with the digit 0, and stands in lower case in file names. The file itself is a shell
 * script of settings and is not executed; keys of ctys in it are read. Pure; never throws.
 */
import {posix} from 'node:path'
import type {ConfigReading} from '../../domain/inventory/scan-memory.js'
import {parseVmConfig} from '../qemu/config/vm-config.js'

const suffix = '-qemud.rc'

/** Undefined when the file is none of qemu-init. */
export function readQemuInitConfig(content: Buffer, path: string): ConfigReading | undefined {
  if (!path.endsWith(suffix)) return undefined
  const name = posix.basename(path).slice(0, -suffix.length)
  const fault = faultOf(name)
  if (fault !== undefined) {
    const rejects = [{path, line: 0, reason: `${JSON.stringify(name.slice(0, 60))} is no name of qemu-init: ${fault}`}]
    return {rejects, ignored: false}
  }
  return parseVmConfig(content, path, {type: 'QEMU-INIT', sessionTypes: ['QEMU-INIT'], label: name})
}

function faultOf(name: string): string | undefined {
  if (!/^[A-Za-z0-9]+$/.test(name)) return 'letters and digits only'
  if (name !== name.toLowerCase()) return 'lower case in file names'
  if (name.length > 40) return 'at most 40 characters'
  return name.endsWith('0') ? 'it must not end with 0' : undefined
}
