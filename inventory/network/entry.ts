import type {NetworkEntry} from '../../src/domain/network/network-entry.js'

/** The lines of a text without their ends (LF or CR LF) and without a byte order mark. */
export function linesOf(text: string): readonly string[] {
  return text.replace(/^\ufeff/, '').split(/\r?\n/)
}

/** One entry for each MAC and each address; without an address one for each MAC. */
export function crossEntries(name: string, ips: readonly string[], macs: readonly string[]): readonly NetworkEntry[] {
  return macs.flatMap((mac) => (ips.length === 0 ? [''] : ips).map((ip) => ({name, ip, mac})))
}
