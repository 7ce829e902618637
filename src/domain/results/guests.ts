import type {ErrorInfo} from '../errors.js'
import type {Guest} from '../ports/guests.js'
import type {Shown} from './shown.js'

/** The systems ctys knows. */
export interface GuestsResult extends Shown {
  readonly kind: 'guests'
  /** `show`: one, whole. */
  readonly how: 'list' | 'show' | 'verify'
  /** Those that fit every word. */
  readonly guests: readonly Guest[]
  readonly words: readonly string[]
  /** Of `verify`: what came of each. */
  readonly verified?: readonly VerifiedGuest[]
}

export interface VerifiedGuest {
  readonly name: string
  /** `skipped`: there is nothing to boot it from. */
  readonly state: 'booted' | 'failed' | 'skipped'
  readonly host: string
  /** Of the QEMU, such as 7.2.22; empty where it did not run. */
  readonly qemu: string
  /** Until its console showed what was waited for. */
  readonly ms?: number
  /** Why not. */
  readonly error?: ErrorInfo
}
