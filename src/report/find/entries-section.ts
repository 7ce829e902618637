/**
 * Entries of name, IP and MAC address as rows, sorted and each once: `name;ip;mac` as in macmap.fdb, in the columns
 * asked for, or as lines of /etc/ethers, where the entries no line can be made of are counted.
 */
import type {
  EntryChange,
  EntryColumn,
  EntryLayout,
  NetworkEntry,
  StoredEntries,
} from '../../domain/network/network-entry.js'
import {formatEntry} from '../../lib/entry-row.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {formatEthers} from '../../lib/ethers-lines.js'

export function entriesText(entries: readonly NetworkEntry[], layout: EntryLayout): string {
  const {columns, upperCase = false, ethers = false} = layout
  return ethers ? formatEthers(entries).text : entryRows(entries, columns, upperCase).map(line).join('')
}

/** What the text does not show. */
export function entriesNotes(entries: readonly NetworkEntry[], {ethers = false}: EntryLayout): readonly string[] {
  const leftOut = ethers ? formatEthers(entries).leftOut : []
  const count = new Set(leftOut.map((entry) => formatEntry(entry))).size
  return count === 0 ? [] : [`${count} left out: neither name nor IPv4 address, or no MAC address of one station`]
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
