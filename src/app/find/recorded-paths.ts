/** Where a look at a host finds what does not run: the configurations the inventory has of it. */
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {hostNameOf, recordedHost, type Target} from '../../domain/target.js'

type RecordedOn = NonNullable<AppContext['recordedOn']>

/** Reads the inventory when the first host answers; one that cannot be read knows nothing. */
export function recordedOn(
  targets: readonly Target[],
  {inventory, localName}: Pick<AppContext, 'inventory' | 'localName'>,
): RecordedOn {
  let known: Promise<RecordedOn> | undefined
  const read = async () => {
    const hosts = new Set(targets.map((target) => hostNameOf(target, localName)))
    const texts = hosts.has(localName) ? [...hosts, 'localhost'] : [...hosts]
    return pathsOf(await inventory.holding(texts).catch(() => []), localName)
  }
  return async (target) => {
    known ??= read()
    return (await known)(target)
  }
}

/** Of records that are at hand. */
export function pathsOf(records: readonly InventoryRecord[], localName: string): RecordedOn {
  const paths = new Map<string, Set<string>>()
  for (const {host, id} of records) {
    if (!id.startsWith('/')) continue
    const name = recordedHost(host, localName)
    const own = paths.get(name)
    if (own === undefined) paths.set(name, new Set([id]))
    else own.add(id)
  }
  return async (target) => [...(paths.get(hostNameOf(target, localName)) ?? [])]
}
