/**
 * Entries of name, IP and MAC address as rows, sorted and each once: `name;ip;mac` as in macmap.fdb, in the columns
 * asked for, or as lines of /etc/ethers, where the entries no line can be made of are counted.
 */
import type {EntryChange, EntryColumn, NetworkEntry, StoredEntries} from '../../domain/network/network-entry.js'
import {formatEntry} from '../../lib/entry-row.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {formatEthers} from '../../lib/ethers-lines.js'
import type {Section} from '../shared/section.js'

export interface EntryLayout {
  readonly columns: readonly EntryColumn[]
  readonly upperCase?: boolean
  readonly ethers?: boolean
}

export function entriesSection(entries: readonly NetworkEntry[], layout: EntryLayout): Section {
  const {columns, upperCase = false, ethers = false} = layout
  if (!ethers) return {stdout: entryRows(entries, columns, upperCase).map(line).join(''), stderr: []}
  const {text, leftOut} = formatEthers(entries)
  const count = new Set(leftOut.map((entry) => formatEntry(entry))).size
  const talk = count === 0 ? [] : [`${count} left out: neither name nor IPv4 address, or no MAC address of one station`]
  return {stdout: text, stderr: talk}
}

export function entryRows(
  entries: readonly NetworkEntry[],
  columns: readonly EntryColumn[],
  upperCase = false,
): readonly string[] {
  const rows = entries.map((entry) => formatEntry(entry, columns))
  return [...new Set(upperCase ? rows.map((row) => row.toUpperCase()) : rows)].sort()
}

function line(row: string): string {
  return `${escapeControls(row)}\n`
}

/** `LOCATION: 2 added, 1 changed`. */
export function storedLine({location, changes}: StoredEntries): string {
  const count = (what: EntryChange['what']) => changes.filter((change) => change.what === what).length
  const parts = (['added', 'changed'] as const)
    .filter((what) => count(what) > 0)
    .map((what) => `${count(what)} ${what}`)
  return `${location}: ${parts.join(', ') || 'nothing new'}`
}

/** `1 entry`, `3 entries`. */
export function entryCount(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`
}
