import type {InventoryRecord} from '../inventory/inventory-record.js'
import {identityOf} from './machine-records.js'
import {hostType} from './session-types.js'

export interface InventoryCounts {
  /** The host itself is none of its machines. */
  readonly machines: number
  /** Lines of an enum.fdb: one for each interface. */
  readonly records: number
}

/** What every command that says how much an inventory holds counts alike. */
export function inventoryCounts(records: readonly InventoryRecord[]): InventoryCounts {
  return {machines: countMachines(records.filter(isMachine)), records: records.length}
}

export function countMachines(records: readonly InventoryRecord[]): number {
  return new Set(records.map(identityOf)).size
}

/** The record of the host itself is none of its machines. */
export function isMachine({type}: {readonly type: string}): boolean {
  return type.toUpperCase() !== hostType
}
