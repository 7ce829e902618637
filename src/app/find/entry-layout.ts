import type {EntryColumn, EntryLayout} from '../../domain/network/network-entry.js'
import {entryColumns} from '../../lib/entry-row.js'

/** The options -n, -i and -m. */
export interface ColumnWords {
  readonly name: boolean
  readonly ip: boolean
  readonly mac: boolean
}

/** `ctys macmap`: the columns asked for, in the order of the file; none means all. */
export function chosenColumns(words: ColumnWords): readonly EntryColumn[] {
  const asked = entryColumns.filter((column) => words[column])
  return asked.length === 0 ? entryColumns : asked
}

/** The extractors: all columns, the one asked for in front; -E is the form of /etc/ethers instead. */
export function extractLayout(words: ColumnWords & {readonly ethers: boolean}): EntryLayout {
  const lead = entryColumns.filter((column) => words[column])
  return {columns: [...lead, ...entryColumns.filter((column) => !words[column])], ethers: words.ethers}
}
