import type {Adoption} from '../work/adopt.js'
import type {NotMade} from '../work/make.js'
import type {Outcome} from '../work/outcome.js'
import type {Plan} from '../work/plan.js'
import type {Shown} from './shown.js'

/**
 * A machine of a host that is none of ctys. `ready`: it can be one. `owned`: its owner keeps it, unless it was asked for.
 * `refused`: see `refusals`. `written`, `notWritten`: what became of it.
 */
export type AdoptRow = Adoption & {
  readonly host: string
  readonly state: 'ready' | 'owned' | 'refused' | 'written' | 'notWritten'
  /** What is written, or would be: absolute, or below the home directory. Absent where nothing can be. */
  readonly config?: string
  readonly wrapper?: string
  readonly error?: Omit<NotMade, 'label'>
}

/** What hosts have of machines that are none of ctys, and what was written for them. */
export interface AdoptResult extends Shown {
  readonly kind: 'adopt'
  readonly plan: Plan
  /** Of the look, and of the writing where that was done. */
  readonly outcomes: readonly Outcome[]
  readonly machines: readonly AdoptRow[]
  readonly writes: boolean
  /** Names that were asked for alone. */
  readonly only: readonly string[]
}
