import type {EntryColumn, EntryLayout} from '../../domain/network/network-entry.js'
import {entryColumns} from '../../lib/entry-row.js'

/** The options -n, -i and -m. */
export interface ColumnInput {
  readonly name: boolean
  readonly ip: boolean
  readonly mac: boolean
}

/** `ctys macmap`: the columns asked for, in the order of the file; none means all. */
export function chosenColumns(input: ColumnInput): readonly EntryColumn[] {
  const asked = entryColumns.filter((column) => input[column])
  return asked.length === 0 ? entryColumns : asked
}

/** The extractors: all columns, the one asked for in front; -E is the form of /etc/ethers instead. */
export function extractLayout(input: ColumnInput & {readonly ethers: boolean}): EntryLayout {
  const lead = entryColumns.filter((column) => input[column])
  return {columns: [...lead, ...entryColumns.filter((column) => !input[column])], ethers: input.ethers}
}
