import {LookupError} from '../../domain/errors.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import {areOneMachine} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords, shortestUniquePlaces} from '../../domain/machine/machine-records.js'
import {isListedOnly} from '../../domain/machine/session-types.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {refuseListed} from '../../resolve/refuse-listed.js'
import {nearMachine} from '../find/near-machine.js'
import {hostTargetIfAny} from '../targets/host-target.js'

/**
 * Every place of the one machine the inventory has under this address. Throws LookupError, or ConfigError for a type
 * that is listed only.
 */
export async function placesOf(
  type: string,
  machine: MachineAddress,
  {inventory, registry}: Pick<AppContext, 'inventory' | 'registry'>,
): Promise<readonly MachineRecords[]> {
  const known = await inventory.lookup(machine)
  const found = known.filter(([record]) => record.type.toUpperCase() === type)
  const foreign = known.find(([{type: other}]) => isListedOnly(other, registry.drivers))
  if (found.length === 0 && foreign !== undefined) {
    const target = hostTargetIfAny(foreign[0].host, undefined) ?? {host: foreign[0].host}
    throw refuseListed(machine, foreign[0], {target})
  }
  if (found.length === 0) {
    const near = await nearMachine(machine, inventory)
    throw new LookupError('MACHINE_NOT_FOUND', `the inventory knows no ${formatAddress(machine)}`, {
      hint: 'name the host, or scan first: ctys scan HOST...',
      ...(near !== undefined && {details: [near]}),
    })
  }
  if (!areOneMachine(found)) {
    throw new LookupError('MACHINE_AMBIGUOUS', `${formatAddress(machine)} fits ${found.length} machines`, {
      hint: 'name the host, or a longer address',
      details: shortestUniquePlaces(found, groupMachines(await inventory.all())),
    })
  }
  return found
}
