import type {NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {formatEntry} from '../../src/lib/entry-row.js'
import {readIp, readMac} from '../../src/lib/network-address.js'
import {linesOf} from './entry.js'

/** An entry of the file with its 1-based line. */
export interface MacmapEntry extends NetworkEntry {
  readonly line: number
}

export interface ParsedMacmap {
  readonly entries: readonly MacmapEntry[]
  readonly rejects: readonly (SourceReject & {readonly line: number})[]
}

/**
 * Reads macmap.fdb: `name;ip;mac` or, as older releases wrote it, `name;mac;ip`; the MAC address is told by its shape.
 * Name or IP may be empty. Comments start with `#`. What would break the line is percent-encoded, as in enum.fdb; a
 * `%` that encodes nothing is itself. A broken line is reported and never stops the rest.
 */
export function parseMacmap(text: string): ParsedMacmap {
  const entries: MacmapEntry[] = []
  const rejects: (SourceReject & {line: number})[] = []
  for (const [index, each] of linesOf(text).entries()) {
    const line = index + 1
    const parsed = readMacmapLine(each)
    if (typeof parsed === 'string') rejects.push({line, text: each, reason: parsed})
    else if (parsed !== undefined) entries.push({...parsed, line})
  }
  return {entries, rejects}
}

/** The entry, the reason why it is broken, or undefined for a comment or an empty line. */
export function readMacmapLine(text: string): NetworkEntry | string | undefined {
  const trimmed = text.trim() // takes a byte order mark too
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  const fields = trimmed.split(';').map((field) => field.trim())
  const [name = '', second = '', third = ''] = fields
  if (fields.length !== 3) return `has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'} instead of 3`
  const last = readMac(third)
  const mac = last ?? readMac(second)
  if (mac === undefined) return 'has no MAC address'
  const address = last === undefined ? third : second
  const ip = address === '' ? '' : readIp(address)
  if (ip === undefined) return `'${address}' is no IP address`
  return name === '' && ip === '' ? 'has neither name nor IP address' : {name: decoded(name), ip, mac}
}

function decoded(name: string): string {
  if (!name.includes('%')) return name
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The file for these entries, in the newer order `name;ip;mac`. */
export function formatMacmap(entries: readonly NetworkEntry[]): string {
  return entries.map((entry) => `${formatEntry(entry)}\n`).join('')
}
