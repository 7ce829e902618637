import {ConfigError} from '../../domain/errors.js'
import type {InventoryFile} from '../../domain/inventory/inventory-files.js'
import {faultLine} from '../../lib/fault-line.js'
import {plural} from '../../lib/plural.js'

/** A file written by hand is taken whole or not at all; of an enum.fdb the lines that can be read are taken. */
export function refuseFaulty({file, format, faults}: InventoryFile): void {
  if (format === 'fdb' || faults.length === 0) return
  throw new ConfigError('INVENTORY_FORMAT', `${file} is not an inventory (${plural(faults.length, 'fault')})`, {
    details: faults.map(faultLine),
    hint: 'correct them; nothing was changed',
  })
}
