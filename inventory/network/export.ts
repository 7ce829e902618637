import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import {exportAnsible} from './export-ansible.js'
import {exportCsv} from './export-csv.js'
import {exportDnsmasq, exportEthers, exportHosts} from './export-names.js'
import {exportPrometheus} from './export-prometheus.js'
import {exportSshConfig} from './export-ssh-config.js'
import type {Exported, ExportOptions} from './exported.js'

/** What the inventory can be written as, for other programs; each function says what its format can hold. */
const exporters = {
  hosts: exportHosts,
  ethers: exportEthers,
  dnsmasq: exportDnsmasq,
  'ssh-config': exportSshConfig,
  ansible: exportAnsible,
  prometheus: exportPrometheus,
  csv: exportCsv,
} as const

export type ExportFormat = keyof typeof exporters

export const exportFormats = Object.keys(exporters) as readonly ExportFormat[]

/** Pure. Whatever stands in the records, the text is valid in its format and says nothing but what it should. */
export function exportInventory(
  format: ExportFormat,
  records: readonly InventoryRecord[],
  options: ExportOptions = {},
): Exported {
  return exporters[format](records, options)
}
