/** UNSUPPORTED for what the inventory lists and nobody can act on: a machine of a foreign type, or a host itself. */
import {ConfigError} from '../domain/errors.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {formatAddress, type MachineAddress} from '../domain/machine/machine-address.js'
import {hostType, listedOnly} from '../domain/machine/session-types.js'
import {pastable} from '../lib/shell-quote.js'

/** `more` is put behind the next step. */
export function refuseListed(
  machine: MachineAddress,
  {type, host, id}: Pick<InventoryRecord, 'type' | 'host' | 'id'>,
  more = '',
): ConfigError {
  const address = formatAddress(machine)
  if (type.toUpperCase() !== hostType) {
    return listedOnly(type, `${address} on ${host} is ${id}`, `use the tools of ${host} for it${more}`)
  }
  return new ConfigError('UNSUPPORTED', `${address} is the host ${host} itself: ctys acts on machines of hosts`, {
    hint: `ctys list ${pastable(host)} shows what runs there${more}`,
  })
}
