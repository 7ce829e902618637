import type {AppContext} from '../../domain/ports/ports.js'
import type {Report} from '../../domain/work/report.js'
import {buildPlanReport} from '../../report/plan/plan-report.js'
import {buildRunReport} from '../../report/run/run-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {planWork, runTasks, type Work} from './run-tasks.js'

export interface SessionWork extends Work {
  readonly dryRun: boolean
}

/** Runs a request, or only plans it, and says what came of it. */
export async function reportSession(work: SessionWork, context: AppContext, style: ReportStyle): Promise<Report> {
  if (!work.dryRun) return buildRunReport({...(await runTasks(work, context)), style})
  const {plan, ...notes} = await planWork(work, context)
  return buildPlanReport(plan, style, notes)
}
