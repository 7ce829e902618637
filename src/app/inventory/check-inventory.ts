import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {CheckResult} from '../../domain/results/inventory.js'
import {findCollisions} from '../../resolve/collisions.js'

/**
 * `ctys inventory check`: everything that is wrong in the files named, or in the inventory, and what its machines share
 * and must not.
 */
export async function checkInventory(paths: readonly string[], inventory: InventoryFiles): Promise<CheckResult> {
  const named = await Promise.all(paths.map((path) => inventory.check(path)))
  const files = paths.length === 0 ? await inventory.check() : named.flat()
  return {kind: 'inventory check', files, collisions: findCollisions(files.flatMap(({records}) => records))}
}
