import type {AppContext} from '../../domain/ports/ports.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Report} from '../../domain/work/report.js'
import {buildPlanReport} from '../../report/plan/plan-report.js'
import {buildRunReport} from '../../report/run/run-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import type {TodayWords} from '../run/run-command.js'
import {askedTargets} from '../targets/asked-targets.js'

/** `ctys probe`: what the hosts have and lack. Throws UsageError, ConfigError. */
export async function probeHosts(words: TodayWords, context: AppContext, style: ReportStyle): Promise<Report> {
  const asked = await askedTargets(words, context)
  const plan = planQuestion({type: words.type.toUpperCase(), action: {verb: 'probe', ask: {}}, ...asked}, context)
  if (words.dryRun) return buildPlanReport(plan, style)
  const report = (outcomes: readonly Outcome[]) => buildRunReport({plan, outcomes, style})
  return report(await askHosts(plan, context, (outcomes) => report(outcomes).stdout))
}
