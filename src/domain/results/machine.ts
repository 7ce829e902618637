import type {ErrorInfo} from '../errors.js'
import type {HostName} from '../host-name.js'
import type {UnreadLine} from '../inventory/changes.js'
import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Difference} from '../machine/difference.js'
import type {InventoryCounts} from '../machine/inventory-counts.js'
import type {ListedMachine} from '../machine/listed-machine.js'
import type {MachineRecords} from '../machine/machine-records.js'
import type {MachineView} from '../machine/machine-view.js'
import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'
import type {ScanRequest} from '../work/scan-request.js'
import type {WhyAnswer} from '../work/why-answer.js'
import type {ShadowedHost} from './shown.js'

/** What a scan found, and what became of the inventory. */
export interface ScanResult {
  readonly kind: 'scan'
  readonly request: Pick<ScanRequest, 'mode' | 'types'>
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  readonly differences: readonly Difference[]
  /** The inventory as it was. */
  readonly inventory: {readonly location: string; readonly records: readonly InventoryRecord[]}
  /** What was found on the hosts that answered, as it is (or would be) written. */
  readonly found: readonly InventoryRecord[]
  /** By task: machines left out because of their VMSTATE, by state. */
  readonly hidden: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** Hosts that answered lately and were not asked again. */
  readonly notAsked: readonly {readonly host: string; readonly answeredAt: string}[]
  /** By task: what the inventory calls its host. */
  readonly names: Readonly<Record<string, string>>
  readonly shadowed?: readonly ShadowedHost[]
}

/** Every machine of hosts, as it is recorded and as it runs. */
export interface ListResult {
  readonly kind: 'list'
  readonly plan: Plan
  /** Complete, in the order of the plan. */
  readonly outcomes: readonly Outcome[]
  readonly machines: readonly ListedMachine[]
  /** Lines of the inventory that could not be read, where all of it was. */
  readonly unread: readonly UnreadLine[]
  /** Of the inventory. */
  readonly location: string
  /** Why the inventory could not be read. */
  readonly error?: ErrorInfo
}

/** One machine, and beside its records what runs. */
export interface ShowResult {
  readonly kind: 'show'
  /** The records of the machine, path by path, and of which host each is. */
  readonly paths: readonly {readonly host: HostName; readonly records: MachineRecords}[]
  readonly machine: MachineView
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
}

/** How words or an address resolve. */
export interface WhyResult {
  readonly kind: 'why'
  readonly why: WhyAnswer
  readonly inventory: {
    readonly location: string
    readonly size: InventoryCounts
    readonly rejects: readonly UnreadLine[]
  }
}
