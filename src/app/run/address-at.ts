import {isKnownUuid, type MachineAddress, normalizeUuid} from '../../domain/machine/machine-address.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'

/** An address that names a recorded machine on its host, whatever else has its label there. */
export function addressAt([{label, id, uuid}]: MachineRecords): MachineAddress {
  return {
    ...(label !== '' && {label}),
    ...(id.startsWith('/') ? {path: id} : isKnownUuid(uuid) ? {uuid: normalizeUuid(uuid)} : {}),
  }
}
