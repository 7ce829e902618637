import {groupMachines, type MachineRecords} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import type {Request} from '../domain/request.js'
import {formatTarget} from '../domain/target.js'
import {runPlan} from '../execute/run-plan.js'
import {buildPlanReport} from '../report/plan-report.js'
import type {ReportStyle} from '../report/report-style.js'
import {buildRunReport} from '../report/run-report.js'
import {collisionsOfJobs} from '../resolve/collisions.js'
import type {Choice} from './choose-place.js'
import {guardedStarts, guardStarts, startsOf} from './guard-starts.js'
import {planSession} from './run-session.js'

/** A request, and what was decided of it on the way. */
export interface SessionWork {
  readonly request: Request
  readonly dryRun: boolean
  /** How the host was chosen, where the user named none. */
  readonly choice?: Choice
  /** Hosts of which the user knows that the machine does not run there. */
  readonly notOn?: ReadonlySet<string>
  readonly user?: string | undefined
}

/** Runs a request, or only plans it, and says what came of it. */
export async function reportSession(work: SessionWork, context: AppContext, style: ReportStyle): Promise<Report> {
  const {request, dryRun, choice, notOn = new Set(), user} = work
  const plan = await planSession(request, context)
  const starting = startsOf(plan)
  const machines = starting.length === 0 ? [] : groupMachines(await context.inventory.all())
  // a warning and no refusal: the inventory may be old, and the other machine be off
  const collisions = collisionsOfJobs(starting, machines)
  const starts = guardedStarts(starting, machines)
  const chosen = choice?.because === undefined ? [] : [{host: formatTarget(choice.target), because: choice.because}]
  if (dryRun) {
    const asked = starts.map(({job, rivals}) => ({target: job.target, hosts: hostsOf(rivals, notOn)}))
    return buildPlanReport(plan, style, {collisions, chosen, asked})
  }
  const guarded = await guardStarts(plan, starts, {user, notOn, looks: choice?.looks ?? new Map()}, context)
  return buildRunReport({plan: guarded, outcomes: await runPlan(guarded, context), collisions, chosen, style})
}

function hostsOf(rivals: readonly MachineRecords[], notOn: ReadonlySet<string>): readonly string[] {
  return [...new Set(rivals.map(([{host}]) => host.toLowerCase()))].filter((host) => !notOn.has(host))
}
