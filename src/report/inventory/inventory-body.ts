/** What the reports of `ctys inventory ...` share: their JSON body (schemas/inventory-tools.schema.json), faults, counts. */
import type {FileFault} from '../../domain/inventory/inventory-files.js'
import type {InventoryCounts} from '../../domain/machine/inventory-counts.js'
import {plural} from '../../lib/plural.js'
import type {NamedBody} from '../shared/view.js'

/** Version of that body. */
export const toolsVersion = 1

export interface ToolsBody extends NamedBody {
  readonly [name: string]: unknown
}

/** A fault as the JSON body has it. */
export function faultBody({record: _, ...fault}: FileFault): Omit<FileFault, 'record'> {
  return fault
}

export function countsText({machines, records}: InventoryCounts): string {
  return `${plural(machines, 'machine')} in ${plural(records, 'record')}`
}
