import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import {groupMachines} from '../../src/domain/machine-records.js'
import {isHostName} from '../../src/lib/network-address.js'
import {addressOf, type Exported, type ExportOptions, joinPieces, jumpHostOf, noIp, sshPortOf} from './exported.js'

/**
 * Blocks for ssh_config(5): `Host LABEL`, its address, and a jump over the host it runs on. ssh takes the first block of
 * a name, so the second machine of a label is left out, and so is a label that names a host: it would catch the way to
 * that host. Only the label is a pattern; it holds no character that means something in one.
 */
export function exportSshConfig(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  const hosts = new Set(records.map(({host}) => host.toLowerCase()))
  const machines = new Map(groupMachines(records).map((machine) => [machine[0], machine]))
  const taken = new Map<string, InventoryRecord>()
  return joinPieces(records, (record) => {
    const machine = machines.get(record)
    if (machine === undefined) return undefined
    const name = record.label.toLowerCase()
    const address = addressOf(machine)
    const jump = jumpHostOf(record, options)
    const other = taken.get(name)
    if (!isHostName(record.label)) return {reason: 'its label is no host name'}
    if (name === 'localhost' || hosts.has(name)) return {reason: `its label '${record.label}' is the name of a host`}
    if (address === undefined) return {reason: noIp}
    if (jump !== undefined && 'reason' in jump) return jump
    if (other !== undefined) return {reason: `its label is taken by ${other.id} on ${other.host}`}
    taken.set(name, record)
    const port = sshPortOf(address.record)
    const lines = [
      `Host ${record.label}`,
      `HostName ${address.ip}`,
      ...(port === undefined ? [] : [`Port ${port}`]),
      ...(jump === undefined ? [] : [`ProxyJump ${jump.text}`]),
    ]
    return {text: `${lines.join('\n  ')}\n\n`}
  })
}
