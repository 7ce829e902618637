import {type HostName, recordedHost} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {byNaturalOrder} from '../../lib/natural-order.js'
import {parseTarget} from '../../parse/target/parse-target.js'

/** Every host that records are of, as words for targets, each once and in order; this machine as `localhost`. */
export function inventoryHosts(
  records: readonly InventoryRecord[],
  localName: HostName,
): {readonly hosts: readonly string[]; readonly unaskable: readonly string[]} {
  const names = [...new Set(records.map(({host}) => recordedHost(host, localName)))].sort(byNaturalOrder)
  const isHost = (name: string) => parseTarget(name, [])?.user === undefined && parseTarget(name, []) !== undefined
  return {
    hosts: names.filter(isHost).map((name) => (name === localName ? 'localhost' : name)),
    unaskable: names.filter((name) => !isHost(name)),
  }
}
