import type {InventoryRecord} from './inventory-record.js'

export interface Change {
  readonly what: 'added' | 'changed' | 'gone'
  readonly record: InventoryRecord
}

/** A line of the inventory that could not be read; 0 is the whole file. `file` where there are several. */
export interface UnreadLine {
  readonly file?: string
  readonly line: number
  readonly reason: string
}
