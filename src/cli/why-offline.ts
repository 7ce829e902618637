import {hostname} from 'node:os'
import {type WhyWords, whyMachine} from '../app/why-machine.js'
import {composeInventory} from '../compose-inventory.js'
import type {Report} from '../domain/report.js'
import {buildErrorReport} from '../report/error-report.js'
import {printReport} from './print-report.js'
import {styleOf} from './style-of.js'

interface WhyFlags extends WhyWords {
  readonly json: boolean
  readonly terse: boolean
  readonly inventory?: string | undefined
}

/** `ctys why`: works offline. */
export async function whyOffline({inventory, json, terse, ...asked}: WhyFlags): Promise<void> {
  const style = styleOf({json, terse})
  let report: Report
  try {
    const context = {inventory: composeInventory(inventory), localName: hostname().toLowerCase()}
    report = await whyMachine(asked, context, style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  printReport(report)
}
