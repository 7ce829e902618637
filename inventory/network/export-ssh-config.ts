import type {Exported} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {groupMachines} from '../../src/domain/machine/machine-records.js'
import {isHostName} from '../../src/lib/network-address.js'
import {
  addressOf,
  Claims,
  type ExportOptions,
  hostNameGuard,
  isHostItself,
  isOwnHost,
  joinPieces,
  jumpHostOf,
  noIp,
  sshPortOf,
} from './exported.js'

/**
 * Blocks for ssh_config(5): `Host LABEL`, its address, and a jump over the host it runs on. ssh takes the first block of
 * a name, so the second machine of a label is left out, and so is a label that names a host: it would catch the way to
 * that host. A host itself needs no block, ssh reaches it as it did for the scan: not told, unless nothing else is there.
 * Only the label is a pattern; it holds no character that means something in one.
 */
export function exportSshConfig(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  const isHosts = hostNameGuard(records, options)
  const needsBlock = (record: InventoryRecord) =>
    !isHostItself(record) || !(isOwnHost(record.label, record) || isHosts(record.label, record))
  const blocks = blocksOf(records.filter(needsBlock), {inventory: records, ...options})
  if (blocks.machines > 0) return blocks
  const hosts = records.filter((record) => !needsBlock(record)).map((record) => ({record, reason: needsNone}))
  return {...blocks, leftOut: [...hosts, ...blocks.leftOut]}
}

const needsNone = 'is a host, which ssh reaches by its own name'

function blocksOf(records: readonly InventoryRecord[], options: ExportOptions): Exported {
  const isHosts = hostNameGuard(records, options)
  const machines = new Map(groupMachines(records).map((machine) => [machine[0], machine]))
  const claims = new Claims()
  return joinPieces(records, (record) => {
    const machine = machines.get(record)
    if (machine === undefined) return undefined
    const address = addressOf(machine)
    const jump = jumpHostOf(record)
    if (!isHostName(record.label)) return {reason: 'its label is no host name'}
    if (isHosts(record.label, record)) return {reason: `its label '${record.label}' is the name of a host`}
    if (address === undefined) return {reason: noIp}
    if (jump !== undefined && 'reason' in jump) return jump
    const taken = claims.refuse(record, [record.label])
    if (taken !== undefined) return {reason: `its label ${taken}`}
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
