/** How many records each host has, `host;count` in the order in which the hosts first appear. */
import {recordLine} from '../find/machine-record.js'

export function renderCounts(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([host, count]) => recordLine([host, String(count)])).join('')
}
