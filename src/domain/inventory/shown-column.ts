import type {RecordField} from './inventory-record.js'
import type {Column} from './record-output.js'

/** A column of a table of records under the name that was asked for. */
export interface ShownColumn {
  readonly heading: string
  /** `age`: how long ago the record was last seen. */
  readonly column: Column | 'age'
}

/** What records are put in order by, the first first; `age`: the youngest first. */
export type RecordOrder = readonly {readonly by: RecordField | 'age'; readonly reverse: boolean}[]
