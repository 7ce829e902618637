import type {
  Exported,
  ExportFormat,
  FileFault,
  InventoryFile,
  InventoryFormat,
  InventoryUpdate,
} from '../inventory/inventory-files.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Collision} from '../machine/collision.js'

export interface CheckResult {
  readonly kind: 'inventory check'
  readonly files: readonly InventoryFile[]
  readonly collisions: readonly Collision[]
}

/** The same records in another format. */
export interface ConvertResult {
  readonly kind: 'inventory convert'
  readonly source: InventoryFile
  readonly to: InventoryFormat
  readonly text: string
  /** Where the text was written; absent = to stdout. */
  readonly output?: string
}

/** Records as a file of another program. */
export interface ExportResult {
  readonly kind: 'inventory export'
  readonly source: InventoryFile
  /** What of it was asked for. */
  readonly asked: readonly InventoryRecord[]
  readonly to: ExportFormat
  readonly exported: Exported
  /** Where the text was written; absent = to stdout. */
  readonly output?: string
}

/** What became of the inventory. */
export interface UpdateResult extends InventoryUpdate {
  readonly kind: 'inventory update'
  readonly by: 'edit' | 'merge' | 'forget'
  readonly location: string
  readonly faults?: readonly FileFault[]
  readonly dryRun?: boolean
  /** Where the edited text still lies, because not all of it was taken. */
  readonly kept?: string
}
