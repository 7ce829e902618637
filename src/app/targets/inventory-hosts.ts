import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {ownHost, recordedHost} from '../../lib/host-name.js'
import {byNaturalOrder} from '../../lib/natural-order.js'
import {parseTarget} from '../../parse/target/parse-target.js'

/** Every host that records are of, as words for targets, each once and in order; this machine as `localhost`. */
export function inventoryHosts(records: readonly InventoryRecord[]): {
  readonly hosts: readonly string[]
  readonly unaskable: readonly string[]
} {
  const names = [...new Set(records.map(({host}) => recordedHost(host)))].sort(byNaturalOrder)
  const isHost = (name: string) => parseTarget(name, [])?.user === undefined && parseTarget(name, []) !== undefined
  return {
    hosts: names.filter(isHost).map((name) => (name === ownHost ? 'localhost' : name)),
    unaskable: names.filter((name) => !isHost(name)),
  }
}
