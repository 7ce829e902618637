/**
 * How ctys ends, from what became of the tasks:
 *
 * | outcomes | exit |
 * |---|---|
 * | any skipped, or failed with INTERRUPTED: only the user's signal does that | 130 |
 * | none, or all ok | 0 |
 * | some ok, some not; or something that was asked for with it was not done: a root not searched, a console not there | 4 |
 * | none ok, an INTERNAL among them | 70 |
 * | none ok, every one failed by its name (MACHINE_NOT_FOUND, MACHINE_AMBIGUOUS) | 3 |
 * | none ok, every one failed by usage or configuration | 2 |
 * | none ok, anything else; `unknown` never counts as "nothing was tried" | 1 |
 *
 * An answer to a search that could search no root at all is not ok here.
 */
import {type ErrorCode, type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {Outcome} from '../../domain/work/outcome.js'
import {degreeOfAnswer} from '../../domain/work/verbs.js'

export function exitCodeOf(outcomes: readonly Outcome[]): ExitStatus {
  const bad = outcomes.filter((outcome) => degreeOf(outcome) === 'none')
  if (bad.some(isInterrupted)) return exitStatus.interrupted
  if (outcomes.every((outcome) => degreeOf(outcome) === 'all')) return exitStatus.ok
  if (bad.length < outcomes.length) return exitStatus.partial
  const statuses = new Set(bad.map(statusOfOutcome))
  if (statuses.has(exitStatus.internal)) return exitStatus.internal
  const [only] = statuses
  return statuses.size === 1 && only !== undefined ? only : exitStatus.nothingSucceeded
}

/** How ctys ends when this one error is all there is. */
export function exitCodeOfError(code: ErrorCode): ExitStatus {
  return special[code] ?? exitStatus.nothingSucceeded
}

const special: Readonly<Partial<Record<ErrorCode, ExitStatus>>> = {
  USAGE: exitStatus.usage,
  CONFIG: exitStatus.usage,
  SSH_CONFIG: exitStatus.usage,
  INVENTORY_FORMAT: exitStatus.usage,
  INVENTORY_IO: exitStatus.usage,
  INVENTORY_LOCKED: exitStatus.usage,
  UNSUPPORTED: exitStatus.usage,
  MACHINE_NOT_FOUND: exitStatus.notFound,
  MACHINE_AMBIGUOUS: exitStatus.notFound,
  INTERRUPTED: exitStatus.interrupted,
  INTERNAL: exitStatus.internal,
}

/** How much of its task an outcome did. */
export function degreeOf(outcome: Outcome): 'all' | 'part' | 'none' {
  if (outcome.status !== 'ok') return 'none'
  return degreeOfAnswer(outcome.data)
}

function isInterrupted(outcome: Outcome): boolean {
  return outcome.status === 'skipped' || ('error' in outcome && outcome.error.code === 'INTERRUPTED')
}

function statusOfOutcome(outcome: Outcome): ExitStatus {
  if (outcome.status === 'ok' || outcome.status === 'skipped') return exitStatus.nothingSucceeded
  const status = exitCodeOfError(outcome.error.code)
  return outcome.status === 'unknown' && status !== exitStatus.internal ? exitStatus.nothingSucceeded : status
}
