import {type FindWords, findMachines} from '../app/find-machines.js'
import {composeInventory} from '../compose-inventory.js'
import type {Report} from '../domain/report.js'
import {buildErrorReport} from '../report/error-report.js'
import {printReport} from './print-report.js'
import {styleOf} from './style-of.js'

export interface FindFlags extends FindWords {
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** Asks the inventory and prints the answer; the one way all doors of `ctys find` and `ctys vhost` lead to. */
export async function findOffline({inventory, json, terse, ...asked}: FindFlags): Promise<void> {
  const style = styleOf({json, terse})
  let report: Report
  try {
    report = await findMachines(asked, composeInventory(inventory), style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  printReport(report)
}
