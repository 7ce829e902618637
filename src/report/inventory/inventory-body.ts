/** What the reports of `ctys inventory ...` share: their JSON body (schemas/inventory-tools.schema.json), faults, counts. */
import type {ExitStatus} from '../../domain/error-codes.js'
import type {
  ExportFormat,
  FileFault,
  InventoryFormat,
  InventoryUpdate,
  LeftOut,
} from '../../domain/inventory/inventory-files.js'
import type {Collision} from '../../domain/machine/collision.js'
import type {InventoryCounts} from '../../domain/machine/inventory-counts.js'
import {plural} from '../../lib/plural.js'

/** Version of that body. */
export const toolsVersion = 1

/** @asType integer @minimum 0 */
type Count = number

interface Faulty {
  /** What could not be read and was left out. */
  readonly faults: readonly FaultBody[]
}

/** A fault without the record it is about. */
export type FaultBody = Omit<FileFault, 'record'>

interface Written extends Faulty {
  /** What was read. */
  readonly file: string
  readonly machines: Count
  /** What was asked for, when no output was named. */
  readonly text?: string
  /** Where it was written. */
  readonly output?: string
}

export interface ConvertBody extends Written {
  readonly command: 'inventory convert'
  /** What was written. */
  readonly format: InventoryFormat
}

/** `machines` are those in the text; with none there is no text, and no output was written. */
export interface ExportBody extends Written {
  readonly command: 'inventory export'
  readonly format: ExportFormat
  /** Records that are not, or not wholly, in the text. */
  readonly leftOut: readonly LeftOut[]
}

export interface CheckBody extends Faulty {
  readonly command: 'inventory check'
  readonly files: readonly {
    readonly file: string
    readonly format: InventoryFormat
    readonly machines: Count
    readonly records: Count
    readonly faults: Count
  }[]
  /** What machines share. */
  readonly collisions: readonly JudgedCollision[]
}

export interface JudgedCollision extends Collision {
  /** A note is no fault: copies of one machine, or one label on several hosts. */
  readonly severity: 'collision' | 'note'
}

export interface UpdateBody extends Faulty, InventoryUpdate {
  readonly command: 'inventory edit' | 'inventory merge' | 'forget'
  readonly inventory: string
  /** Nothing was written. */
  readonly dryRun: boolean
  /** Where the edited text still lies, because not all of it was taken. */
  readonly kept?: string
}

/** As they are printed: what the schema is made of. @public */
export type PrintedToolsBody = (ConvertBody | ExportBody | CheckBody | UpdateBody) & {
  readonly schemaVersion: typeof toolsVersion
  readonly exitCode: ExitStatus
}

/** A fault as the JSON body has it. */
export function faultBody({record: _, ...fault}: FileFault): FaultBody {
  return fault
}

export function countsText({machines, records}: InventoryCounts): string {
  return `${plural(machines, 'machine')} in ${plural(records, 'record')}`
}
