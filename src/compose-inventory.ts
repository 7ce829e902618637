import {homedir} from 'node:os'
import {join} from 'node:path'
import {createFileStore} from '../inventory/file-store.js'
import type {InventoryStore} from './domain/ports.js'

/** The inventory of this user, or the one in the directory given; alone here so that `find` loads nothing else. */
export function composeInventory(directory?: string): InventoryStore {
  return createFileStore({directory: directory ?? join(homedir(), '.ctys/db/default')})
}
