import type {ErrorInfo, Phase} from '../errors.js'
import type {Answer} from './verbs.js'

/**
 * What became of one task. `unknown` is its own verdict and never means "off": the link was lost or the deadline passed
 * while something may have been going on.
 */
export type Outcome = OutcomeBase &
  (
    | {readonly status: 'ok'; readonly data: Answer}
    | {readonly status: 'skipped'; readonly reason: string}
    | {readonly status: 'failed'; readonly phase: Phase; readonly error: ErrorInfo}
    | {readonly status: 'unknown'; readonly phase: Phase; readonly error: ErrorInfo}
  )

export interface OutcomeBase {
  readonly taskId: string
  /** The target as the user named it. */
  readonly host: string
  /** The machine as it was named, where one call is about several. */
  readonly machine?: string
  readonly ms: number
}
