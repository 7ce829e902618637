import type {InventoryStore} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {buildFindReport} from '../report/find-report.js'
import type {ReportStyle} from '../report/report-style.js'

/** `ctys find WORD...`: asks the inventory, opens no connection. */
export async function findMachines(
  words: readonly string[],
  inventory: InventoryStore,
  style: ReportStyle,
): Promise<Report> {
  const {records, rejects} = await inventory.find(words)
  const size = records.length > 0 ? records.length : (await inventory.all()).length
  return buildFindReport({records, inventory: {location: inventory.location, size, rejects}, style})
}
