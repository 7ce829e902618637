import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import type {Request} from '../domain/request.js'
import {buildPlanReport} from '../report/plan-report.js'
import type {ReportStyle} from '../report/report-style.js'
import {buildRunReport} from '../report/run-report.js'
import {planSession, runSession} from './run-session.js'

/** Runs a request, or only plans it, and says what came of it. */
export async function reportSession(
  {request, dryRun}: {readonly request: Request; readonly dryRun: boolean},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  if (dryRun) return buildPlanReport(await planSession(request, context), style)
  return buildRunReport({...(await runSession(request, context)), style})
}
