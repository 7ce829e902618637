/** The JSON body (schemas/report.schema.json). */

import type {ExitStatus} from '../../domain/error-codes.js'
import type {ErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {Collision} from '../../domain/machine/collision.js'
import type {Difference} from '../../domain/machine/difference.js'
import type {ListedMachine} from '../../domain/machine/listed-machine.js'
import type {MachineView} from '../../domain/machine/machine-view.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {NetworkEntry, SourceReject, StoredEntries} from '../../domain/network/network-entry.js'
import type {AskedBefore, ChosenHost} from '../../domain/results/run.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Reach} from '../../domain/work/reach.js'
import type {Verb} from '../../domain/work/verbs.js'
import type {WhyAnswer} from '../../domain/work/why-answer.js'

/** Version of the JSON body; a removed or changed field is a new version, an added one is not. */
export const bodyVersion = 2

/** What was asked; `run` = verbs of several kinds, or none that could be started. */
type Command =
  | Verb
  | 'run'
  | 'scan'
  | 'find'
  | 'why'
  | 'show'
  | 'plan'
  | 'macmap'
  | 'extract-mac'
  | 'extract-arp'
  | 'groups'
  | 'databases'
  | 'error'

export interface ReportBody {
  readonly command: Command
  /** In the order of the plan. */
  readonly outcomes: readonly Outcome[]
  readonly changes?: readonly Difference[]
  readonly dryRun?: boolean
  readonly notAsked?: readonly {readonly host: string; readonly answeredAt: string}[]
  readonly records?: readonly InventoryRecord[]
  readonly live?: readonly RecordState[]
  /** Of `list`: what is recorded on the hosts and what runs there. */
  readonly machines?: readonly ListedMachine[]
  readonly reach?: readonly Reach[]
  readonly groups?: readonly {readonly name: string; readonly file: string; readonly members: readonly string[]}[]
  readonly databases?: readonly {readonly location: string; readonly records: number}[]
  readonly hosts?: readonly {readonly host: string; readonly records: number}[]
  readonly plan?: Plan
  readonly entries?: readonly NetworkEntry[]
  readonly rejects?: readonly SourceReject[]
  readonly stored?: StoredEntries
  readonly collisions?: readonly Collision[]
  readonly chosen?: readonly ChosenHost[]
  readonly asked?: readonly AskedBefore[]
  readonly why?: WhyAnswer
  readonly machine?: MachineView
  readonly error?: ErrorInfo
}

/** As it is printed: what the schema is made of. @public */
export interface PrintedBody extends ReportBody {
  readonly schemaVersion: typeof bodyVersion
  readonly exitCode: ExitStatus
}
