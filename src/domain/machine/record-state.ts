import type {ErrorCode} from '../error-codes.js'
import type {RunningMachine} from '../work/answers.js'

/** What a record's host says of it now. */
export type RecordState = {readonly host: string; readonly id: string; readonly label: string} & (
  | {
      readonly status: 'running'
      /** Absent for a record of the host itself. */
      readonly machine?: RunningMachine
    }
  | {readonly status: 'notRunning'}
  /** It does not run; its memory lies in its image. */
  | {readonly status: 'suspended'; readonly image: string; readonly since: string}
  /** The host did not answer, or does not show enough; it never means "off". */
  | {readonly status: 'unknown'; readonly code: ErrorCode}
  /** A type whose running machines cannot be listed. */
  | {readonly status: 'notAsked'}
)
