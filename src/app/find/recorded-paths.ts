/** Where a look at a host finds what does not run: the configurations the inventory has of it. */

import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {hostNameOf, ownHost, recordedHost} from '../../lib/host-name.js'

type RecordedOn = NonNullable<AppContext['recordedOn']>

/** Reads the inventory when the first host answers; one that cannot be read knows nothing. */
export function recordedOn(targets: readonly Target[], {inventory}: Pick<AppContext, 'inventory'>): RecordedOn {
  let known: Promise<RecordedOn> | undefined
  const read = async () => {
    const hosts = new Set(targets.map((target) => hostNameOf(target)))
    const texts = hosts.has(ownHost) ? [...hosts, 'localhost'] : [...hosts]
    return pathsOf(await inventory.holding(texts).catch(() => []))
  }
  return async (target) => {
    known ??= read()
    return (await known)(target)
  }
}

/**
 * Those of a host, and of every other host that sees one of its machines under the same path: what lies there may stand on
 * an image that both see. One inventory that cannot be read knows nothing.
 */
export function recordedBeside({inventory}: Pick<AppContext, 'inventory'>): RecordedOn {
  let known: Promise<RecordedOn> | undefined
  const read = async (): Promise<RecordedOn> => {
    const records = await inventory.all().catch(() => [])
    const paths = new Map<string, Set<string>>()
    const seenBy = new Map<string, Set<string>>()
    const add = (map: Map<string, Set<string>>, key: string, value: string) => {
      const own = map.get(key)
      if (own === undefined) map.set(key, new Set([value]))
      else own.add(value)
    }
    for (const {host, id, uuid} of records) {
      if (!id.startsWith('/')) continue
      const name = recordedHost(host)
      add(paths, name, id)
      if (uuid !== '') add(seenBy, `${uuid} ${id}`, name)
    }
    const beside = new Map<string, Set<string>>()
    for (const names of seenBy.values()) {
      if (names.size > 1) for (const name of names) for (const other of names) add(beside, name, other)
    }
    return async (target) => {
      const name = hostNameOf(target)
      return [...new Set([name, ...(beside.get(name) ?? [])].flatMap((host) => [...(paths.get(host) ?? [])]))]
    }
  }
  return async (target) => {
    known ??= read()
    return (await known)(target)
  }
}

/** Of records that are at hand. */
export function pathsOf(records: readonly InventoryRecord[]): RecordedOn {
  const paths = new Map<HostName, Set<string>>()
  for (const {host, id} of records) {
    if (!id.startsWith('/')) continue
    const name = recordedHost(host)
    const own = paths.get(name)
    if (own === undefined) paths.set(name, new Set([id]))
    else own.add(id)
  }
  return async (target) => [...(paths.get(hostNameOf(target)) ?? [])]
}
