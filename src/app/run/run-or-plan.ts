import type {AppContext} from '../../domain/ports/ports.js'
import type {PlanResult, RunResult} from '../../domain/results/run.js'
import {planWork, runTasks, type Work} from './run-tasks.js'

/** Runs a request, or only plans it. */
export async function runOrPlan(
  {dryRun, ...work}: Work & {readonly dryRun: boolean},
  context: AppContext,
): Promise<RunResult | PlanResult> {
  return dryRun ? planWork(work, context) : runTasks(work, context)
}
