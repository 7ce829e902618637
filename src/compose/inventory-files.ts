import {createInventoryFiles} from '../../inventory/fdb/convert.js'
import {createFileStore} from '../../inventory/fdb/file-store.js'
import type {InventoryFiles} from '../domain/inventory/inventory-files.js'
import {composeInventory, defaultDirectory, namedDirectories} from './inventory.js'

/** What `ctys inventory ...` works with; apart from the inventory itself, because YAML and schemas take time to load. */
export function composeInventoryFiles(directories?: string): InventoryFiles {
  const [first = defaultDirectory(), ...others] = namedDirectories(directories)
  const stores = [
    createFileStore({directory: first}),
    ...others.map((directory) => createFileStore({directory})),
  ] as const
  return createInventoryFiles({
    stores,
    combined: composeInventory(directories),
  })
}
