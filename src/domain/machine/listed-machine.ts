import type {ErrorCode} from '../error-codes.js'
import type {RunningMachine} from '../work/answers.js'

/** A machine on a host that was asked: recorded there, or running, or both. Unknown facts are empty. */
export type ListedMachine = {
  /** The target as the user named it. */
  readonly host: string
  /** Session type in upper case. */
  readonly type: string
  readonly label: string
  /** Path of its configuration. */
  readonly id: string
  readonly uuid: string
  readonly macs: readonly string[]
  readonly tcps: readonly string[]
  readonly arch: string
  /** When its record was made; absent where the inventory does not have it on this host. */
  readonly observedAt?: string
} & (
  | {readonly status: 'running'; readonly process: RunningMachine}
  | {
      readonly status: 'off'
      /** Other hosts on which this machine, which has several places, runs. */
      readonly runsOn?: readonly string[]
    }
  /** It does not run; its memory lies in its image. */
  | {readonly status: 'suspended'; readonly image: string; readonly since: string}
  /** The host did not answer or does not show enough; it never means off. */
  | {
      readonly status: 'unknown'
      readonly code?: ErrorCode
      /** A process that shows neither UUID nor configuration, and may be it. */
      readonly pid?: number
    }
  /** Of a type whose running machines cannot be listed. */
  | {readonly status: 'notAsked'}
)
