import {ConfigError, UsageError} from '../../domain/errors.js'
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import {usualType} from '../../domain/machine/session-types.js'
import type {Request} from '../../domain/work/request.js'
import {judgeCall} from '../classic/judge-call.js'
import {readCall} from '../classic/read-call.js'

/** The words of one classic call with one action. */
export interface CallInput {
  readonly type?: string
  readonly action: string
  readonly targets: readonly string[]
  readonly user?: string
  readonly inventoryUse?: string
  /** Session types that have a driver. */
  readonly driven?: readonly string[]
}

/**
 * The request, and how its words want the answer shown, for programs that use ctys; groups and macros are resolved before. Throws UsageError with all faults, and
 * ConfigError UNSUPPORTED for what is asked for and not there yet.
 */
export function parseRequest({type, action, targets, user, inventoryUse, driven = [usualType]}: CallInput): {
  readonly request: Request
  readonly display: ClassicDisplay
} {
  const faults: string[] = []
  const lacks: string[] = []
  const options = [
    ...['-a', action],
    ...(type === undefined ? [] : ['-t', type]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(inventoryUse === undefined ? [] : ['-c', inventoryUse]),
  ]
  const {call} = readCall([...options, '--', ...targets], faults)
  const leaves = call.targets.flatMap((target) => {
    if (target.kind === 'host' && target.options === undefined) return [{...target, options: call.options}]
    faults.push('a request has one action for all its targets')
    return []
  })
  const named = targets.length === 0 ? [{word: 'localhost', levels: [], options: call.options}] : leaves
  const {requests, display} = judgeCall(named, call.options.letters, {driven, faults, lacks})
  if (faults.length > 0) throw new UsageError([...faults, ...lacks], 'ctys help classic')
  const [request] = requests
  if (lacks.length > 0 || request === undefined) throw new ConfigError('UNSUPPORTED', lacks.join('; '))
  const {ids: _, ...rest} = request
  return {request: rest, display}
}
