/** In the classic call a group wins over a host of its name, as ever; that it did is said on stderr. */
import {CtysError} from '../../domain/errors.js'
import type {AppContext, Group} from '../../domain/ports/ports.js'
import type {ShadowedHost} from '../../domain/results/shown.js'
import {recordedHost} from '../../lib/host-name.js'

/** Of the groups those whose name a host of the inventory has, each once. */
export async function shadowedHosts(
  groups: readonly Group[],
  context: Pick<AppContext, 'inventory'>,
): Promise<readonly ShadowedHost[]> {
  const shadowed: ShadowedHost[] = []
  for (const {name, file} of new Map(groups.map((group) => [group.name, group])).values()) {
    if (await isHost(name, context)) shadowed.push({name, file})
  }
  return shadowed
}

async function isHost(name: string, {inventory}: Pick<AppContext, 'inventory'>) {
  try {
    const {records} = await inventory.find([name])
    return records.some(({host}) => recordedHost(host) === recordedHost(name))
  } catch (error) {
    // who needs the inventory says what is wrong with it
    if (error instanceof CtysError) return false
    throw error
  }
}
