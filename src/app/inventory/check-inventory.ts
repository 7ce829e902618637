import type {InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {Report} from '../../domain/work/report.js'
import {buildCheckReport} from '../../report/inventory/check-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {findCollisions} from '../../resolve/collisions.js'

/**
 * `ctys inventory check`: everything that is wrong in the files named, or in the inventory, and what its machines share
 * and must not.
 */
export async function checkInventory(
  paths: readonly string[],
  inventory: InventoryFiles,
  style: ReportStyle,
): Promise<Report> {
  const named = await Promise.all(paths.map((path) => inventory.check(path)))
  const files = paths.length === 0 ? await inventory.check() : named.flat()
  return buildCheckReport({files, collisions: findCollisions(files.flatMap(({records}) => records))}, style)
}
