import type {Target} from '../target.js'
import type {Action} from './verbs.js'

/** What the user asked for, as data: the hand-over from parsing. */
export interface Request {
  readonly type: string
  readonly action: Action
  readonly targets: readonly Target[]
  /** The ids of its tasks, one a target, where one call makes several requests; absent: 1, 2 ... */
  readonly ids?: readonly string[]
  /** How far the inventory may answer: off = always search on the host, only = never. */
  readonly inventoryUse: 'on' | 'off' | 'only'
}
