import type {ErrorInfo} from '../errors.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Target} from '../target.js'
import type {Action} from './verbs.js'

/** One action on one host with what the inventory knows of it; the hand-over from resolving. */
export type Resolution =
  | {
      readonly ok: true
      readonly target: Target
      readonly action: Action
      readonly record?: InventoryRecord
      readonly knownOn?: readonly string[]
    }
  | {readonly ok: false; readonly target: Target; readonly error: ErrorInfo}
