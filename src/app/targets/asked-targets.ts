/**
 * Which hosts a question goes to: those named; without any, every host of the inventory, and this machine only where
 * the inventory has none.
 */
import {UsageError} from '../../domain/errors.js'
import type {AppContext} from '../../domain/ports/ports.js'
import type {Target} from '../../domain/target.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {expandTargets} from './expand-targets.js'

export interface AskedTargets {
  readonly targets: readonly Target[]
  /** Names of the inventory that no host can have: they came from a file, and are told as hosts that failed. */
  readonly unaskable: readonly string[]
  /** Nobody was named. */
  readonly isDefault: boolean
}

interface Words {
  readonly targets: readonly string[]
  readonly user?: string | undefined
}

/** Throws UsageError with all faults of the words, ConfigError where the inventory is needed and cannot be read. */
export async function askedTargets({targets: words, user}: Words, context: AppContext): Promise<AskedTargets> {
  const faults: string[] = []
  const unaskable: string[] = []
  const isDefault = words.length === 0
  const expand = isDefault ? ['@all'] : words
  const expanded = await expandTargets(expand, context, faults, {unaskable, mayBeNone: isDefault})
  const isNobody = expanded.length === 0 && unaskable.length > 0
  const targets = isNobody ? [] : parseTargets(expanded, user, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return {targets, unaskable, isDefault}
}
