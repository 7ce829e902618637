import {findMachines} from '../app/find-machines.js'
import {composeInventory} from '../compose-inventory.js'
import type {Report} from '../domain/report.js'
import {buildErrorReport} from '../report/error-report.js'
import {printReport} from './print-report.js'
import {styleOf} from './style-of.js'

export interface FindWords {
  readonly words: readonly string[]
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** Asks the inventory and prints the answer; the one way both doors of `ctys find` lead to. */
export async function findOffline({words, inventory, ...flags}: FindWords): Promise<void> {
  const style = styleOf(flags)
  let report: Report
  try {
    report = await findMachines(words, composeInventory(inventory), style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  printReport(report)
}
