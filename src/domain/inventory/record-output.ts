/**
 * How records are to be written, as plain data: what the list of `-o` asks for. Columns are positions in the record,
 * counted from 1, so that the same forms serve inventory records (47 fields and ours) and those of LIST (22).
 */
import {recordFields} from './inventory-record.js'

/** Behind the fields of an inventory record stands what its host says: whether it answers, and what runs. */
export const reachPosition = recordFields.length + 1
export const livePosition = recordFields.length + 2

/** How a classic LIST or ENUMERATE is to be shown, where its words say so. */
export interface ClassicDisplay {
  /** Records with `;` between their fields, as -X has them. */
  readonly terse: boolean
  /** A line in front of the answer. */
  readonly heading?: string
  /** Other layouts of records. */
  readonly output?: RecordOutput
  /** The original's TAB_TCP: with paths in the place of labels; without the addresses of guests. */
  readonly table?: TabTcp
  /** What is not shown although it is there. */
  readonly only?: ShownOnly
}

export interface TabTcp {
  readonly ids: boolean
  readonly addresses: boolean
  /** Of the columns container, guest, label, type, c, user and group, 0 = as ever. */
  readonly widths?: readonly number[]
  /** By the text of a column, counted from 1; absent: by all of them. */
  readonly sort?: SortOrder & {readonly by?: number}
}

/** Absent: all of them. */
export interface ShownOnly {
  /** Session types. */
  readonly types?: readonly string[]
  /** VMSTATEs, as MATCHVSTAT has them. */
  readonly states?: readonly string[]
  /** Users, or groups of users, by name. */
  readonly owners?: {readonly by: 'uid' | 'gid'; readonly names: readonly string[]}
}

export type Column =
  | FieldColumn
  /** The full address, `host[id,label,uuid,mac,tcp]`. */
  | 'address'

export type FieldColumn =
  | number
  /** The guest by name: the network name where known, otherwise what field 7 holds. */
  | 'dns'

export interface RecordOutput {
  readonly layout: RecordLayout
  readonly sort?: RecordSort
}

export type RecordLayout =
  /** One line a record, `;` between the values; `title` adds a line with their names. */
  | {readonly kind: 'fields'; readonly columns: readonly Column[]; readonly title?: TitleStyle}
  | {readonly kind: 'table'; readonly cells: readonly TableCell[]}
  | {readonly kind: 'rec' | 'spec' | 'xml'; readonly columns: readonly FieldColumn[]}

/** Layouts of which every line is a record. */
export function isByLine({layout}: RecordOutput): boolean {
  return layout.kind === 'fields' || layout.kind === 'table'
}

/** `Label`, `Label(3)` or `Label(C-3)`. */
export type TitleStyle = 'name' | 'index' | 'letters'

export interface TableCell {
  readonly column: Column
  readonly heading: string
  readonly width: number
  /** What becomes of a value that is too long: cut at its end, cut at its start, or broken into lines. */
  readonly overflow: 'end' | 'start' | 'wrap'
}

/** By code unit, as sort(1) in the C locale. */
export interface SortOrder {
  readonly reverse: boolean
  /** Of records that compare equal only the first is kept. */
  readonly unique: boolean
  /** The records of each host by themselves; the hosts as they come. */
  readonly each?: true
}

export interface RecordSort extends SortOrder {
  /** Compare this value; absent: everything that is written of a record. */
  readonly by?: Column
}
