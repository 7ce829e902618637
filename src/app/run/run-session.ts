import {groupMachines} from '../../domain/machine/machine-records.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Request} from '../../domain/work/request.js'
import {runPlan} from '../../execute/run-plan.js'
import {makePlan} from '../../plan/make-plan.js'
import {resolveRequest} from '../../resolve/resolve-request.js'

/** Request → plan; reads the inventory when the action names a machine, opens no connection. */
export async function planSession(request: Request, context: AppContext): Promise<Plan> {
  const machine = 'machine' in request.action.ask ? request.action.ask.machine : 'all'
  const asked = machine !== 'all' && request.inventoryUse !== 'off'
  const known = asked ? await context.inventory.lookup(machine) : []
  // an ambiguity is told in addresses that name one machine among all
  const all = known.length > 1 ? groupMachines(await context.inventory.all()) : known
  return makePlan(request, resolveRequest(request, known, context.localName, all), context.registry)
}

/** The main story: create, cancel, list, enumerate or probe on all targets. */
export async function runSession(
  request: Request,
  context: AppContext,
): Promise<{readonly plan: Plan; readonly outcomes: readonly Outcome[]}> {
  const plan = await planSession(request, context)
  return {plan, outcomes: await runPlan(plan, context)}
}
