import type {JobCollision} from '../domain/collision.js'
import type {Plan} from '../domain/plan.js'
import type {InventoryStore} from '../domain/ports.js'
import {collisionsOfJobs} from '../resolve/collisions.js'

/**
 * What the inventory warns of before the plan's machines are started. It is a warning and no refusal: the inventory may
 * be old, and the other machine be off. Only machines the inventory knows are compared, so a plan without one reads nothing.
 */
export async function collisionsBeforeCreate(plan: Plan, inventory: InventoryStore): Promise<readonly JobCollision[]> {
  const starting = plan.jobs.filter(
    ({action, record}) => action.kind === 'create' && action.mode !== 'connect' && record !== undefined,
  )
  return starting.length === 0 ? [] : collisionsOfJobs(starting, await inventory.all())
}
