import {join} from 'node:path'
import {createCombinedStore} from '../../inventory/combined/combined-store.js'
import {createFileStore} from '../../inventory/fdb/file-store.js'
import {createFilledStore} from '../../inventory/network/filled-store.js'
import {createMacmapStore} from '../../inventory/network/macmap-store.js'
import type {InventoryStore} from '../domain/ports/ports.js'
import {homeDirectory} from '../lib/home.js'

/**
 * The inventory of this user, or the one in the directories given, `,` between them; alone here so that `find` loads
 * nothing else.
 */
export function composeInventory(directories?: string): InventoryStore {
  const [first, ...others] = namedDirectories(directories)
  if (first === undefined) return storeIn(defaultDirectory())
  return createCombinedStore([named(first), ...others.map(named)])
}

/** The directories in the order given; none where none is named. A path may hold anything but a comma. */
export function namedDirectories(directories = ''): readonly string[] {
  return [...new Set(directories.split(',').filter((directory) => directory !== ''))]
}

export function defaultDirectory(): string {
  return join(homeDirectory(), '.ctys/db/default')
}

function named(directory: string) {
  return {directory, store: storeIn(directory)}
}

/** What is missing in a record is filled from the address map beside it, where there is one. */
function storeIn(directory: string): InventoryStore {
  return createFilledStore(createFileStore({directory}), createMacmapStore({directory}))
}
