import type {Exported, ExportFormat} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {exportAnsible} from './export-ansible.js'
import {exportCsv} from './export-csv.js'
import {exportDnsmasq, exportEthers, exportHosts} from './export-names.js'
import {exportPrometheus} from './export-prometheus.js'
import {exportSshConfig} from './export-ssh-config.js'
import type {ExportOptions} from './exported.js'

type Exporter = (records: readonly InventoryRecord[], options: ExportOptions) => Exported

/** Each of them says what its format can hold. */
const exporters: Readonly<Record<ExportFormat, Exporter>> = {
  hosts: exportHosts,
  ethers: exportEthers,
  dnsmasq: exportDnsmasq,
  'ssh-config': exportSshConfig,
  ansible: exportAnsible,
  prometheus: exportPrometheus,
  csv: exportCsv,
}

/** Pure. Whatever stands in the records, the text is valid in its format and says nothing but what it should. */
export function exportInventory(
  format: ExportFormat,
  records: readonly InventoryRecord[],
  options: ExportOptions = {},
): Exported {
  return exporters[format](records, options)
}
