import {dump} from 'js-yaml'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {toYamlMachines} from './machine.js'

/**
 * Records as YAML for people: machines in the order in which they first appear, the interfaces of each together, and
 * unknown facts left out. What another YAML program could take for something else than text is quoted.
 */
export function formatYaml(records: readonly InventoryRecord[]): string {
  return dump({machines: toYamlMachines(records)}, {lineWidth: -1, noRefs: true})
}
