import {UsageError} from '../domain/errors.js'
import {everyType, isScanType, listedOnly} from '../domain/machine/session-types.js'
import type {Registry} from '../domain/ports/ports.js'
import {formatTarget} from '../domain/target.js'
import type {Outcome} from '../domain/work/outcome.js'
import type {Plan, Task} from '../domain/work/plan.js'
import type {Request} from '../domain/work/request.js'
import type {Resolution} from '../domain/work/resolution.js'
import {limitOf} from '../domain/work/verbs.js'

/** Time for the connection, the shell and the way back, on top of what the action itself may take. */
const connectionMs = 30_000

/**
 * Jobs in the order of the targets. An unknown type or an action the type does not know ends here, before any
 * connection. Throws UsageError.
 */
export function makePlan(request: Request, resolutions: readonly Resolution[], {drivers, host}: Registry): Plan {
  const driver = drivers.get(request.type)
  if (driver === undefined && isScanType(request.type)) {
    throw listedOnly(
      request.type,
      `-t ${request.type}`,
      'ctys find shows them; use the tools of the host to act on them',
    )
  }
  if (driver === undefined && request.type !== everyType) {
    throw new UsageError(
      [`-t: unknown session type '${request.type}'`],
      `known types: ${[...drivers.keys()].join(', ')}`,
    )
  }
  const {verb} = request.action
  if (host[verb] === undefined && driver?.verbs[verb] === undefined) {
    const fault = driver === undefined ? `${verb} needs one session type` : `type ${request.type} does not know ${verb}`
    throw new UsageError([fault])
  }
  const tasks: Task[] = []
  const refused: Outcome[] = []
  for (const [index, resolution] of resolutions.entries()) {
    const id = request.ids?.[index] ?? String(index + 1)
    if (!resolution.ok) {
      refused.push({
        taskId: id,
        host: formatTarget(resolution.target),
        ms: 0,
        status: 'failed',
        phase: 'resolve',
        error: resolution.error,
      })
      continue
    }
    const {target, action, record, knownOn} = resolution
    tasks.push({
      id,
      target,
      type: request.type,
      ...action,
      timeoutMs: connectionMs + limitOf(action),
      ...(record !== undefined && {record}),
      ...(knownOn !== undefined && {knownOn}),
    })
  }
  return {tasks, refused}
}
