import type {UnreadLine} from '../inventory/changes.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {RecordOutput} from '../inventory/record-output.js'
import type {ShownColumn} from '../inventory/shown-column.js'
import type {RecordState} from '../machine/record-state.js'
import type {ListedGroup, ShownGroups} from '../work/listed-group.js'
import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'
import type {Reach, ReachVerdict} from '../work/reach.js'
import type {Shown} from './shown.js'

/** The inventory an answer is from. */
export interface AskedInventory {
  readonly location: string
  /** Records in all. */
  readonly size: number
  /** Lines that could not be read. */
  readonly rejects: readonly UnreadLine[]
}

/** What the inventory knows. */
export interface FindResult extends Shown {
  readonly kind: 'find'
  /** What fits the query, in the order to be shown. */
  readonly records: readonly InventoryRecord[]
  readonly inventory: AskedInventory
  /** ctys-vhost: nothing found is no failure, and nothing is said of it. */
  readonly classic?: boolean
  /** The layout that was asked for. */
  readonly layout?: RecordOutput
  /** The columns that were asked for, as a table. */
  readonly columns?: readonly ShownColumn[]
  /** What a host says beside its records. */
  readonly live?: LiveColumns
  /** The words one by one, where several were given as one and nothing fits. */
  readonly unquoted?: string
  /** What may have been meant where nothing fits. */
  readonly advice?: Advice
  readonly asked?: AskedHosts
}

export interface Advice {
  readonly note: string
  /** The next command. */
  readonly next: string
}

export interface LiveColumns {
  /** -R MARK: of each record whether it answers, in their order. */
  readonly marks?: readonly ReachVerdict[]
  /** -r: of each record what runs, in their order. */
  readonly states?: readonly RecordState[]
}

/** What hosts were asked for an answer of the inventory. */
export interface AskedHosts {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** Something was answered that no failed host was needed for. */
  readonly answered: boolean
  readonly reach?: readonly Reach[]
  /** Of all records found those that could not be asked for: no scan finds them again, or they say no address (-R). */
  readonly left?: {readonly count: number; readonly of: number; readonly why: 'noScan' | 'noAddress'}
  /** -I of ctys-vhost: what each step left. */
  readonly steps?: readonly {readonly name: string; readonly match: number; readonly total: number}[]
  /** How many records there were in the end, and how long it took. */
  readonly took?: {readonly records: number; readonly seconds: number}
}

/** The management forms of ctys-vhost, `-S` and `-C LIST...`. */
export interface DatabasesResult {
  readonly kind: 'databases'
  readonly databases?: readonly {readonly location: string; readonly records: number}[]
  readonly records?: readonly InventoryRecord[]
  /** How many records each host has. */
  readonly hosts?: readonly {readonly host: string; readonly records: number}[]
  readonly groups: readonly ListedGroup[]
  /** How groups are shown; absent: not at all. */
  readonly shown?: ShownGroups
  /** It was about the caches of the original, which are not there. */
  readonly noCache: boolean
  readonly rejects: readonly UnreadLine[]
  readonly location: string
}

export interface GroupsResult {
  readonly kind: 'groups'
  readonly groups: readonly ListedGroup[]
  readonly shown: ShownGroups
  /** Where groups are looked for. */
  readonly location: string
  /** Includes that lead in a circle. */
  readonly notes: readonly string[]
}
