import type {Target} from '../target.js'

/** What a scan is to do; the hand-over from parsing. */
export interface ScanRequest {
  readonly targets: readonly Target[]
  /** Names of the inventory that no host can have. */
  readonly unaskable?: readonly string[]
  /** Session types to be recorded. */
  readonly types: readonly string[]
  /** Roots of the search; empty = the remote home directory. */
  readonly basePaths: readonly string[]
  /** Types and roots of one target, instead of those. */
  readonly own?: ReadonlyMap<Target, Pick<ScanRequest, 'types' | 'basePaths'>>
  /** VMSTATEs to be recorded; absent = all. */
  readonly states?: readonly string[]
  /** Hosts whose answer is younger than this are not asked. */
  readonly sinceMs?: number
  /**
   * `merge`: what answered replaces what was known of it. `append`: nothing is removed. `preview`: looks, and writes
   * nothing. `print`: as preview, and the records are the answer.
   */
  readonly mode: 'merge' | 'append' | 'preview' | 'print'
}
