import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import type {Request} from '../domain/request.js'
import {runPlan} from '../execute/run-plan.js'
import {buildPlanReport} from '../report/plan-report.js'
import type {ReportStyle} from '../report/report-style.js'
import {buildRunReport} from '../report/run-report.js'
import {collisionsBeforeCreate} from './collisions-before-create.js'
import {planSession} from './run-session.js'

/** Runs a request, or only plans it, and says what came of it. */
export async function reportSession(
  {request, dryRun}: {readonly request: Request; readonly dryRun: boolean},
  context: AppContext,
  style: ReportStyle,
): Promise<Report> {
  const plan = await planSession(request, context)
  const collisions = await collisionsBeforeCreate(plan, context.inventory)
  if (dryRun) return buildPlanReport(plan, style, collisions)
  return buildRunReport({plan, outcomes: await runPlan(plan, context), collisions, style})
}
