import type {AddressableMachine} from '../../../domain/machine/machine-address.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'

/** What of a stored machine can be compared with an address. */
export function toAddressable(machine: EnumeratedMachine): AddressableMachine {
  const all = (...fields: string[]) =>
    machine.interfaces.flatMap((entry) => fields.map((field) => entry[field] ?? '')).filter((value) => value !== '')
  return {label: machine.label, id: machine.id, uuid: machine.uuid, macs: all('mac'), tcps: all('tcp', 'netName')}
}
