import type {InventoryRecord, RecordField} from '../inventory/inventory-record.js'

/** One fact that is not as it was. `ifName` tells the interface where a machine has several. */
export interface FieldChange {
  readonly field: RecordField
  readonly ifName?: string
  readonly before: string
  readonly after: string
}

/**
 * What became of one machine of the inventory: a Change with what changed in it. `moved`: the same machine lies at
 * another path or host than before.
 */
export interface Difference {
  readonly what: 'added' | 'changed' | 'gone' | 'moved'
  /** The first record of the machine: the new one, or the old one of a machine that is gone. */
  readonly record: InventoryRecord
  /** moved: where it was. */
  readonly from?: {readonly host: string; readonly id: string}
  readonly fields?: readonly FieldChange[]
}
