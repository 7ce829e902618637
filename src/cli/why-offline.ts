import {type WhyWords, whyMachine} from '../app/why-machine.js'
import {compose} from '../compose.js'
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
    report = await whyMachine(asked, compose({...idle, ...(inventory !== undefined && {inventory})}), style)
  } catch (error) {
    report = buildErrorReport(error, style)
  }
  printReport(report)
}

/** Composing opens nothing, and `why` asks nobody. */
const idle = {signal: new AbortController().signal, emit: () => undefined, note: () => undefined, fanout: 1}
