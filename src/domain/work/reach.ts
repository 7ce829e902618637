import type {ErrorInfo} from '../errors.js'

/** What `-R` of ctys-vhost asks of the records found. */
export interface ReachQuestion {
  /** An echo (ping), or a login. */
  readonly by: 'PING' | 'SSH'
  /** The host the record is of, or the guest at its TCP address. */
  readonly of: 'PM' | 'VM'
  /** `keep` those that answer, `reverse` those that do not, or `mark` all. */
  readonly answer: 'keep' | 'reverse' | 'mark'
}

/** `unknown`: it could not be asked; it never means silent. */
export type ReachVerdict = 'answers' | 'silent' | 'unknown'

/** What one address answered. */
export interface Reach {
  readonly address: string
  readonly by: ReachQuestion['by']
  readonly verdict: ReachVerdict
  /** Why it is unknown, or what is worth telling of one that is silent, such as a changed host key. */
  readonly error?: ErrorInfo
}
