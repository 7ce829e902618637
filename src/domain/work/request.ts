import type {Target} from '../target.js'
import type {Action} from './verbs.js'

/** What the user asked for, as data: the hand-over from parsing. */
export interface Request {
  readonly type: string
  readonly action: Action
  readonly targets: readonly Target[]
  /** How far the inventory may answer: off = always search on the host, only = never. */
  readonly inventoryUse: 'on' | 'off' | 'only'
}
