import type {InventoryRecord} from '../inventory/inventory-record.js'
import type {Target} from '../target.js'

/** In the order in which they are reported. */
export const collisionKinds = ['uuid', 'disk', 'mac', 'ip', 'label', 'vnc', 'ssh-port', 'same-machine'] as const

/**
 * `uuid` one UUID of different machines: other labels, or other disks · `disk` one image of several machines · `mac`, `ip`, `label` one value on several machines of the inventory · `vnc`,
 * `ssh-port` one TCP port of one host · `same-machine` is information and no collision: one machine found at several
 * paths or through several hosts.
 */
export type CollisionKind = (typeof collisionKinds)[number]

export interface Collision {
  readonly kind: CollisionKind
  /** What they share: as compared, thus canonical; a UUID without hyphens, a label in lower case, a port as number. */
  readonly value: string
  /** The host the port belongs to, lower case; only with `vnc` and `ssh-port`. */
  readonly host?: string
  /** The record with the value, one for each machine (each path, for `same-machine`), in file order. */
  readonly records: readonly InventoryRecord[]
}

/** A machine that is to be started, and what it shares with others. */
export interface TaskCollision {
  readonly target: Target
  readonly record: InventoryRecord
  readonly collision: Collision
  /** Of the other machines. */
  readonly others: readonly InventoryRecord[]
}
