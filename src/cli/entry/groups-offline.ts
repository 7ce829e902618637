import {listGroups} from '../../app/groups/list-groups.js'
import {type DatabaseFlags, listDatabases} from '../../app/inventory/list-databases.js'
import {composeGroups} from '../../compose/groups.js'
import {composeInventory, defaultDirectory, namedDirectories} from '../../compose/inventory.js'
import {render} from '../../report/render.js'
import {printUseCase} from '../base/print-use-case.js'

interface OfflineFlags {
  readonly json: boolean
  readonly yaml?: boolean | undefined
  readonly terse: boolean
}

/** `ctys groups`: works offline. */
export async function groupsOffline(
  names: readonly string[],
  {format, ...flags}: OfflineFlags & {readonly format?: string | undefined},
): Promise<void> {
  const notes: string[] = []
  const groups = composeGroups((note) => notes.push(note))
  await printUseCase(flags, () => listGroups({names, format, notes}, {groups}), render)
}

/** `ctys-vhost -S` and `-C LIST...`: true when that was asked and answered, or refused. */
export async function databasesOffline({
  manage,
  caches,
  hasWords,
  inventory,
  ...flags
}: OfflineFlags & DatabaseFlags & {readonly inventory?: string | undefined}): Promise<boolean> {
  const named = namedDirectories(inventory)
  const context = {
    inventory: composeInventory(inventory),
    groups: composeGroups(),
    databases: (named.length > 0 ? named : [defaultDirectory()]).map((directory) => composeInventory(directory)),
  }
  return printUseCase(flags, () => listDatabases({manage, caches, hasWords}, context), render)
}
