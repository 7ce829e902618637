/** UNSUPPORTED for what the inventory lists and nobody can act on: a machine of a foreign type, or a host itself. */
import {ConfigError} from '../domain/errors.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {formatAddress, type MachineAddress} from '../domain/machine/machine-address.js'
import {hostType, listedOnly, ownerOf} from '../domain/machine/session-types.js'
import type {Target} from '../domain/target.js'
import {here} from '../lib/command-on.js'
import {ownerCalls, ownerCommands} from '../lib/owner-commands.js'

/** `target`: how its host is reached. `more` is put behind the next step. */
export function refuseListed(
  machine: MachineAddress,
  record: InventoryRecord,
  {target, more = ''}: {readonly target: Target; readonly more?: string},
): ConfigError {
  const {type, host, id, label} = record
  const address = formatAddress(machine)
  if (type.toUpperCase() === hostType) {
    return new ConfigError('UNSUPPORTED', `${address} is the host ${host} itself: ctys acts on machines of hosts`, {
      hint: `${here`ctys list ${host}`} shows what runs there${more}`,
    })
  }
  const owner = ownerOf(type)
  const what = `${address} on ${host} is ${id}${owner === undefined ? '' : `, which ${owner} owns`}`
  const commands = ownerCommands(record, target)
  const adopt = `${here`ctys adopt ${host} --only ${label}`} shows how it becomes a machine of ctys`
  const own =
    commands === undefined || commands.start === ''
      ? `use the tools of ${host} for it`
      : `to start it: ${commands.start}${commands.stop === '' ? '' : `; to stop it: ${commands.stop}`}${ownerCalls(record, 'start') === undefined ? '' : '; ctys does both with --foreign'}`
  return listedOnly(type, what, `${owner === undefined ? adopt : own}${more}`)
}
