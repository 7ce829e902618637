import {UsageError} from '../../domain/errors.js'
import type {ClassicDisplay} from '../../domain/inventory/record-output.js'
import type {Request} from '../../domain/work/request.js'
import {parseAction} from '../action/parse-action.js'
import {parseTargets} from '../target/parse-target.js'
import {parseInventoryUse} from './parse-inventory-use.js'

/** The words of one call, as the front desk got them. */
export interface CallWords {
  readonly type?: string
  readonly action: string
  readonly targets: readonly string[]
  readonly user?: string
  readonly inventoryUse?: string
}

/**
 * The request and how the action's words want the answer shown. Throws UsageError with all faults,
 * behind those that were found before.
 */
export function parseRequest(
  words: CallWords,
  before: readonly string[] = [],
): {readonly request: Request; readonly display: ClassicDisplay} {
  const faults = [...before]
  const type = (words.type ?? 'QEMU').toUpperCase()
  const parsed = parseAction(words.action, faults)
  const inventoryUse = parseInventoryUse(words.inventoryUse, faults)
  const targets = parseTargets(words.targets, words.user, faults)
  if (parsed === undefined || faults.length > 0) throw new UsageError(faults, 'ctys run --help')
  return {request: {type, action: parsed.action, targets, inventoryUse}, display: parsed.display}
}
