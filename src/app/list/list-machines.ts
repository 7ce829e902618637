/** `ctys list`: every machine of the hosts, as it is recorded and as it runs. */
import {CtysError, type ErrorInfo, toErrorInfo} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {hostNameOf, type Target} from '../../domain/target.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Report} from '../../domain/work/report.js'
import {buildListReport} from '../../report/list/list-report.js'
import {buildPlanReport} from '../../report/plan/plan-report.js'
import {buildRunReport} from '../../report/run/run-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {pathsOf} from '../find/recorded-paths.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import type {TodayWords} from '../run/run-command.js'
import {askedTargets} from '../targets/asked-targets.js'
import {joinMachines} from './join-machines.js'

export interface ListWords extends TodayWords {
  /** Only what runs. */
  readonly running: boolean
}

/** Throws UsageError, or ConfigError where the hosts are those of an inventory that cannot be read. */
export async function listMachines(words: ListWords, context: AppContext, style: ReportStyle): Promise<Report> {
  const asked = await askedTargets(words, context)
  const type = words.type.toUpperCase()
  const plan = planQuestion({type, action: {verb: 'list', ask: {}}, ...asked}, context)
  if (words.dryRun) return buildPlanReport(plan, style)
  if (words.running) {
    const show = (outcomes: readonly Outcome[]) => buildRunReport({plan, outcomes, style}).stdout
    return buildRunReport({plan, outcomes: await askHosts(plan, context, show), style})
  }
  const {records, error} = await readRecords(asked.targets, asked.isDefault, context)
  const listable = (name: string) => context.registry.drivers.get(name)?.verbs.list !== undefined
  const build = (outcomes: readonly Outcome[]) => {
    const machines = joinMachines({plan, outcomes, records, type, listable, localName: context.localName})
    return buildListReport({plan, outcomes, machines, style, ...(error !== undefined && {error})})
  }
  const asking = {...context, recordedOn: pathsOf(records, context.localName)}
  return build(await askHosts(plan, asking, (outcomes) => build(outcomes).stdout))
}

interface Recorded {
  readonly records: readonly InventoryRecord[]
  /** Why nothing is known of what is recorded: what runs can be told nevertheless. */
  readonly error?: ErrorInfo
}

async function readRecords(
  targets: readonly Target[],
  isAll: boolean,
  {inventory, localName}: AppContext,
): Promise<Recorded> {
  try {
    // a name stands in its record as it was typed
    const names = targets.map((target) => hostNameOf(target, localName).replace(/:[0-9]+$/, ''))
    const some = names.includes(localName) ? [...names, 'localhost'] : names
    return {records: isAll ? await inventory.all() : await inventory.holding(some)}
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return {records: [], error: toErrorInfo(error)}
  }
}
