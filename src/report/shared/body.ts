/** The JSON bodies of every kind of result (schemas/report.schema.json); those of the inventory's tools stand apart. */

import type {ExitStatus} from '../../domain/error-codes.js'
import type {ErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {Collision} from '../../domain/machine/collision.js'
import type {Difference} from '../../domain/machine/difference.js'
import type {ListedMachine} from '../../domain/machine/listed-machine.js'
import type {MachineView} from '../../domain/machine/machine-view.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {NetworkEntry, SourceReject, StoredEntries} from '../../domain/network/network-entry.js'
import type {CatalogueImage} from '../../domain/ports/documents.js'
import type {Guest} from '../../domain/ports/guests.js'
import type {AdoptRow} from '../../domain/results/adopt.js'
import type {ShownVariable} from '../../domain/results/conf-variables.js'
import type {VerifiedGuest} from '../../domain/results/guests.js'
import type {NetEdge, NetHop, NetNode} from '../../domain/results/net.js'
import type {AskedBefore, ChosenHost, Sheet} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Reach} from '../../domain/work/reach.js'
import type {Verb} from '../../domain/work/verbs.js'
import type {WhyAnswer} from '../../domain/work/why-answer.js'

/** Version of the JSON bodies; a removed or changed field is a new version, an added one is not. */
export const bodyVersion = 2

/** What every body has. */
interface Answered {
  /** In the order of the plan; none where no host was asked. */
  readonly outcomes: readonly Outcome[]
}

/** What is known before a task runs. */
interface Foreseen {
  readonly collisions?: readonly Collision[]
  readonly chosen?: readonly ChosenHost[]
}

export interface RunBody extends Answered, Foreseen {
  /** What was asked; `run` = verbs of several kinds, or none that could be started. */
  readonly command: Verb | 'run'
  /** All pictures of screens in one. */
  readonly sheet?: Sheet
}

export interface PlanBody extends Answered, Foreseen {
  readonly command: 'plan'
  readonly plan: Plan
  readonly asked?: readonly AskedBefore[]
}

export interface FindBody extends Answered {
  readonly command: 'find'
  readonly records: readonly InventoryRecord[]
  /** Of each record whether its machine runs, where that was asked. */
  readonly live?: readonly RecordState[]
  /** Of each address whether it answers, where that was asked. */
  readonly reach?: readonly Reach[]
}

export interface AdoptBody extends Answered {
  readonly command: 'adopt'
  /** Machines of the hosts that are none of ctys, with what is written for them or would be. */
  readonly machines: readonly AdoptRow[]
}

export interface ListBody extends Answered {
  readonly command: 'list'
  /** What is recorded on the hosts and what runs there. */
  readonly machines: readonly ListedMachine[]
  /** Why the inventory could not be read. */
  readonly error?: ErrorInfo
}

export interface ScanBody extends Answered {
  readonly command: 'scan'
  readonly changes: readonly Difference[]
  readonly dryRun?: true
  readonly notAsked?: readonly {readonly host: string; readonly answeredAt: string}[]
  readonly records?: readonly InventoryRecord[]
}

export interface ShowBody extends Answered {
  readonly command: 'show'
  readonly machine: MachineView
}

export interface WhyBody extends Answered {
  readonly command: 'why'
  readonly why: WhyAnswer
}

export interface GroupBody {
  readonly name: string
  readonly file: string
  readonly members: readonly string[]
}

export interface GroupsBody extends Answered {
  readonly command: 'groups'
  readonly groups: readonly GroupBody[]
  readonly error?: ErrorInfo
}

export interface ImagesBody extends Answered {
  readonly command: 'images'
  readonly images: readonly CatalogueImage[]
}

export interface GuestsBody extends Answered {
  readonly command: 'guests'
  readonly guests: readonly Guest[]
  readonly verified?: readonly VerifiedGuest[]
}

export interface ConfVariablesBody extends Answered {
  readonly command: 'conf-variables'
  readonly variables: readonly ShownVariable[]
}

export interface DatabasesBody extends Answered {
  readonly command: 'databases'
  readonly databases?: readonly {readonly location: string; readonly records: number}[]
  readonly hosts?: readonly {readonly host: string; readonly records: number}[]
  readonly records?: readonly InventoryRecord[]
  readonly groups?: readonly GroupBody[]
  readonly error?: ErrorInfo
}

/** Of `macmap`, `extract-mac` and `extract-arp`. */
export interface EntriesBody extends Answered {
  readonly command: 'macmap' | 'extract-mac' | 'extract-arp'
  readonly entries: readonly NetworkEntry[]
  readonly rejects?: readonly SourceReject[]
  readonly stored?: StoredEntries
}

export interface NetGraphBody extends Answered {
  readonly command: 'net-graph'
  readonly nodes: readonly NetNode[]
  readonly edges: readonly NetEdge[]
}

export interface NetTraceBody extends Answered {
  readonly command: 'net-trace'
  readonly from: string
  readonly to: string
  /** Behind a broken one there is none. */
  readonly hops: readonly NetHop[]
}

export interface ErrorBody extends Answered {
  readonly command: 'error'
  readonly error: ErrorInfo
}

export type ReportBody =
  | RunBody
  | PlanBody
  | FindBody
  | ListBody
  | AdoptBody
  | ScanBody
  | ShowBody
  | WhyBody
  | GroupsBody
  | ImagesBody
  | GuestsBody
  | ConfVariablesBody
  | DatabasesBody
  | EntriesBody
  | NetGraphBody
  | NetTraceBody
  | ErrorBody

/** As it is printed: what the schema is made of. @public */
export type PrintedBody = ReportBody & {
  readonly schemaVersion: typeof bodyVersion
  readonly exitCode: ExitStatus
}
