/** Why a process that bears the name of a machine is not that machine. */
import type {InventoryRecord} from '../../../domain/inventory/inventory-record.js'
import {isKnownUuid, type MachineAddress, normalizeUuid} from '../../../domain/machine/machine-address.js'
import type {QemuProcess} from '../process/processes.js'

/**
 * A name alone never selects a machine whose UUID or disk is another one than the record has. Undefined when nothing
 * contradicts, or the address says more than a name. For a process that has no disk of the record open.
 */
export function contradiction(
  {pid, uuid, disks, config, isolated}: QemuProcess,
  address: MachineAddress,
  record: InventoryRecord | undefined,
): string | undefined {
  const saysMore = [address.uuid, address.pid, address.id, address.path].some((part) => part !== undefined)
  if (record === undefined || saysMore || config?.path === record.id) return undefined
  const own = normalizeUuid(record.uuid)
  if (isKnownUuid(uuid) && isKnownUuid(own) && uuid !== own) {
    return `process ${pid} has that name, but the UUID ${uuid} (the inventory: ${own})`
  }
  if (uuid === own && isKnownUuid(uuid)) return undefined
  if (isolated) return `process ${pid} has that name, but runs in a container`
  const [disk] = disks
  if (disk === undefined || record.disks === '') return undefined
  return `process ${pid} has that name, but the disk ${disk} (the inventory: ${record.id})`
}
