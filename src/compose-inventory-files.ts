import {hostname} from 'node:os'
import {createInventoryFiles} from '../inventory/convert.js'
import {createFileStore} from '../inventory/file-store.js'
import {composeInventory, defaultDirectory, namedDirectories} from './compose-inventory.js'
import type {InventoryFiles} from './domain/inventory-files.js'

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
    localName: hostname().toLowerCase(),
  })
}
