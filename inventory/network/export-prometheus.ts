import type {Exported, LeftOut} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {normalizeUuid} from '../../src/domain/machine/machine-address.js'
import {groupMachines} from '../../src/domain/machine/machine-records.js'
import {addressOf, noIp} from './exported.js'

/** Where node_exporter listens. */
const port = 9100

/**
 * A JSON file for file_sd_config of Prometheus: one target for each machine with an IP address, its facts as labels.
 * A label value may hold any text; an empty one is the same as none and is not written.
 */
export function exportPrometheus(records: readonly InventoryRecord[]): Exported {
  const leftOut: LeftOut[] = []
  const targets: unknown[] = []
  for (const machine of groupMachines(records)) {
    const [record] = machine
    const address = addressOf(machine)
    if (address === undefined) {
      leftOut.push({record, reason: noIp})
      continue
    }
    const {ip} = address
    const labels = {
      ctys_label: record.label,
      ctys_host: record.host,
      ctys_type: record.type,
      ctys_uuid: normalizeUuid(record.uuid),
      ctys_os: record.os,
      ctys_dist: record.dist,
    }
    targets.push({
      targets: [ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`],
      labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')),
    })
  }
  return {text: `${JSON.stringify(targets, null, 2)}\n`, machines: targets.length, leftOut}
}
