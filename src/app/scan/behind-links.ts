import {posix} from 'node:path'
import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {EnumerateData} from '../../domain/work/answers.js'
import {recordedHost} from '../../lib/host-name.js'

/**
 * What is known of the host behind symbolic links that its scan did not follow: whether it is still there was not seen.
 * Seen from a record upwards, a root that was searched comes before a link that lies higher.
 */
export function behindLinks(
  {links = [], searched, places = []}: Pick<EnumerateData, 'links' | 'searched' | 'places'>,
  records: readonly InventoryRecord[],
  host: HostName,
): readonly string[] {
  if (links.length === 0) return []
  const unfollowed = new Set(links)
  const roots = new Set([...searched, ...places])
  const isBehind = (id: string): boolean => {
    for (let path = id; path.length > 1; path = posix.dirname(path)) {
      if (roots.has(path)) return false
      if (unfollowed.has(path)) return true
    }
    return false
  }
  return [...new Set(records.filter((record) => recordedHost(record.host) === host).map(({id}) => id))].filter(isBehind)
}
