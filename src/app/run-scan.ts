import {UsageError} from '../domain/errors.js'
import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {parseTargets} from '../parse/parse-target.js'
import type {ReportStyle} from '../report/report-style.js'
import {buildScanReport} from '../report/scan-report.js'
import {reportSession} from './report-session.js'
import type {TodayWords} from './run-today.js'
import {scanInventory} from './scan-inventory.js'

/** `ctys scan HOST... [--base DIR]`: collects and remembers what the hosts' VM directories say. */
export async function runScan(
  words: TodayWords & {readonly basePaths: readonly string[]},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  const faults: string[] = []
  const targets = parseTargets(words.targets, words.user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  const type = words.type.toUpperCase()
  const {basePaths, dryRun} = words
  if (dryRun) {
    const request = {type, action: {kind: 'enumerate', basePaths}, targets, inventoryUse: 'off'} as const
    return reportSession({request, dryRun}, context, style)
  }
  const result = await scanInventory({type, targets, basePaths}, context)
  const {inventory, localName} = context
  const known = {location: inventory.location, records: await inventory.all()}
  return buildScanReport({...result, inventory: known, localName, style})
}
