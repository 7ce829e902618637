import {disksOf, uuidOf} from '../../domain/machine/machine-paths.js'
import {groupMachines, type MachineRecords} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import {formatTarget, hostNameOf} from '../../domain/target.js'
import type {Report} from '../../domain/work/report.js'
import type {Request} from '../../domain/work/request.js'
import {runPlan} from '../../execute/run-plan.js'
import {buildPlanReport} from '../../report/plan/plan-report.js'
import {buildRunReport} from '../../report/run/run-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {collisionsOfTasks} from '../../resolve/collisions.js'
import {holderAsker} from './ask-holder.js'
import type {Choice} from './choose-place.js'
import {guardedStarts, guardStarts, hostsAsked, startsLeft, withoutDoubles} from './guard-starts.js'
import {recordedStarts, seenStarts, startsOf} from './identify-starts.js'
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
  const {inventory, localName} = context
  const planned = await planSession(request, context)
  const starting = startsOf(planned)
  const recorded = recordedStarts(starting)
  const owns = dryRun ? recorded : new Map([...recorded, ...(await seenStarts(starting, context))])
  const machines = owns.size === 0 ? [] : groupMachines(await inventory.holding(textsOf([...owns.values()])))
  // a warning and no refusal: the inventory may be old, and the other machine be off
  const collisions = collisionsOfTasks(starting, machines)
  const starts = guardedStarts(starting, owns, machines)
  const plan = withoutDoubles(planned, starts)
  const chosen = choice?.because === undefined ? [] : [{host: formatTarget(choice.target), because: choice.because}]
  if (dryRun) {
    const asked = startsLeft(plan, starts).flatMap((start) => {
      const home = hostNameOf(start.task.target, localName)
      // the task looks at its own host anyway
      const hosts = hostsAsked(start, localName).filter((host) => host !== home)
      return hosts.length === 0 ? [] : [{host: formatTarget(start.task.target), hosts}]
    })
    return buildPlanReport(plan, style, {collisions, chosen, asked})
  }
  const guarded = await guardStarts(plan, starts, {user, notOn, looks: choice?.looks ?? new Map()}, context)
  const askHolder = holderAsker({type: request.type, user, notOn}, context)
  const outcomes = await runPlan(guarded, {...context, askHolder})
  return buildRunReport({plan: guarded, outcomes, collisions, chosen, style})
}

/** What another machine has in common with one of these when it must not run beside it, or shares what it must not. */
function textsOf(owns: readonly MachineRecords[]): readonly string[] {
  const values = owns.flatMap((own) => [
    uuidOf(own),
    ...disksOf(own),
    ...own.flatMap(({host, mac, tcp}) => [host, mac, mac.replaceAll(':', '-'), tcp]),
  ])
  return [...new Set(values)].filter((value) => value !== '')
}
