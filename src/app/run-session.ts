import type {Outcome} from '../domain/outcome.js'
import type {Plan} from '../domain/plan.js'
import type {AppContext} from '../domain/ports.js'
import type {Request} from '../domain/request.js'
import {runPlan} from '../execute/run-plan.js'
import {makePlan} from '../plan/make-plan.js'
import {resolveRequest} from '../resolve/resolve-request.js'

/** Request → plan; reads the inventory when the action names a machine, opens no connection. */
export async function planSession(request: Request, context: AppContext): Promise<Plan> {
  const machine = 'machine' in request.action ? request.action.machine : 'all'
  const asked = machine !== 'all' && request.inventoryUse !== 'off'
  const known = asked ? await context.inventory.lookup(machine) : []
  return makePlan(request, resolveRequest(request, known, context.localName), context.drivers)
}

/** The main story: create, cancel, list, enumerate or probe on all targets. */
export async function runSession(
  request: Request,
  context: AppContext,
): Promise<{readonly plan: Plan; readonly outcomes: readonly Outcome[]}> {
  const plan = await planSession(request, context)
  return {plan, outcomes: await runPlan(plan, context)}
}
