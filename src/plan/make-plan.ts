import {assertNever} from '../domain/assert-never.js'
import {UsageError} from '../domain/errors.js'
import {isScanType, listedOnly} from '../domain/machine/session-types.js'
import type {Driver} from '../domain/ports/ports.js'
import {formatTarget} from '../domain/target.js'
import type {Action} from '../domain/work/action.js'
import type {Outcome} from '../domain/work/outcome.js'
import type {Job, Plan} from '../domain/work/plan.js'
import type {Request} from '../domain/work/request.js'
import type {Resolution} from '../domain/work/resolution.js'

/** Time for the connection, the shell and the way back, on top of what the action itself may take. */
const connectionMs = 30_000

/**
 * Jobs in the order of the targets. An unknown type or an action the type does not know ends here, before any
 * connection. Throws UsageError.
 */
export function makePlan(
  request: Request,
  resolutions: readonly Resolution[],
  drivers: ReadonlyMap<string, Driver>,
): Plan {
  const driver = drivers.get(request.type)
  if (driver === undefined && isScanType(request.type)) {
    throw listedOnly(
      request.type,
      `-t ${request.type}`,
      'ctys find shows them; use the tools of the host to act on them',
    )
  }
  if (driver === undefined) {
    throw new UsageError(
      [`-t: unknown session type '${request.type}'`],
      `known types: ${[...drivers.keys()].join(', ')}`,
    )
  }
  if (driver.actions[request.action.kind] === undefined) {
    throw new UsageError([`type ${request.type} does not know ${request.action.kind}`])
  }
  const jobs: Job[] = []
  const refused: Outcome[] = []
  for (const [index, resolution] of resolutions.entries()) {
    const id = String(index + 1)
    if (!resolution.ok) {
      refused.push({
        jobId: id,
        host: formatTarget(resolution.target),
        ms: 0,
        status: 'failed',
        phase: 'resolve',
        error: resolution.error,
      })
      continue
    }
    const {target, action, record} = resolution
    jobs.push({
      id,
      target,
      type: request.type,
      action,
      timeoutMs: timeoutOf(action),
      ...(record !== undefined && {record}),
    })
  }
  return {jobs, refused}
}

/** Limit of a whole job in milliseconds: an upper bound that holds when every step needs all of its own deadline. */
function timeoutOf(action: Action): number {
  switch (action.kind) {
    case 'create':
      return connectionMs + action.timeoutMs + 60_000
    case 'cancel':
      return connectionMs + action.graceMs + 120_000
    case 'list':
    case 'probe':
    case 'neighbours':
      return connectionMs + 60_000
    case 'enumerate':
      return connectionMs + 600_000
    default:
      return assertNever(action)
  }
}
