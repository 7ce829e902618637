/** Puts a report together: escapes the talk, fills in the JSON body (schemas/report.schema.json). */

import type {ExitStatus} from '../../domain/error-codes.js'
import type {ErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {Collision} from '../../domain/machine/collision.js'
import type {Difference} from '../../domain/machine/difference.js'
import type {ListedMachine} from '../../domain/machine/listed-machine.js'
import type {MachineView} from '../../domain/machine/machine-view.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {NetworkEntry, SourceReject, StoredEntries} from '../../domain/network/network-entry.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Reach} from '../../domain/work/reach.js'
import type {Report} from '../../domain/work/report.js'
import type {Verb} from '../../domain/work/verbs.js'
import type {WhyAnswer} from '../../domain/work/why-answer.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {shortenWords} from '../../lib/shorten.js'
import type {AskedBefore, ChosenHost} from '../run/chosen-host.js'
import type {ReportStyle} from './style.js'

/** Version of the JSON body; a removed or changed field is a new version, an added one is not. */
const schemaVersion = 2

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

interface ReportBody {
  readonly command: Command
  readonly exitCode: ExitStatus
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

/** As it is printed. */
export interface PrintedBody extends ReportBody {
  readonly schemaVersion: typeof schemaVersion
}

/** `stderr` lines may be undefined (left out); they are escaped here and endless words in them shortened; with style.json stdout is the body's text. */
export function finishReport(
  body: ReportBody,
  text: {readonly stdout: string; readonly stderr: readonly (string | undefined)[]},
  style: ReportStyle,
): Report {
  const json: PrintedBody = {schemaVersion, ...body}
  return {
    stdout: style.json ? `${jsonText(json)}\n` : text.stdout,
    stderr: text.stderr
      .filter((line) => line !== undefined)
      .map((line) => `${escapeControls(shortenWords(line))}\n`)
      .join(''),
    exitCode: body.exitCode,
    json,
  }
}

/**
 * JSON that a terminal survives. JSON.stringify escapes C0 controls and lone surrogates only; DEL, C1 and the
 * bidirectional controls are written as \u escapes too, which every parser reads as the same string.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    /[\x7f-\x9f\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
