import type {NetPlaces, NetUpAsk} from '../../../domain/work/net.js'
import type {NetFacts, Owner} from './facts.js'
import type {PortTable} from './management.js'
import type {Parts} from './names.js'
import type {Step} from './steps.js'

export interface NetPlan {
  readonly network: NetPlaces
  readonly steps: readonly Step[]
  /** Something of the network was there before. */
  readonly begun: boolean
  readonly remarks: readonly string[]
  /** As in NetDownData. */
  readonly emptied?: string
}

/** One host, and what is to be there. */
export interface Wanted {
  readonly facts: NetFacts
  readonly ask: NetUpAsk
  readonly parts: Parts
  readonly owner: Owner
  readonly host: string
  /** Of its switch; undefined where it does not run. */
  readonly ports?: PortTable | undefined
}
