/**
 * What is told of hosts that were asked for an answer of the inventory: those that failed on stderr, and the exit
 * status. What could be answered nevertheless makes it 4 instead of 1, 2 or 3.
 */
import {exitStatus} from '../../domain/error-codes.js'
import type {RecordState} from '../../domain/machine/record-state.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import type {Reach} from '../../domain/work/reach.js'
import type {AskedHosts} from '../find/find-report.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'

interface AskedInput {
  readonly plan: Plan
  readonly outcomes: readonly Outcome[]
  /** Something was answered that no failed host was needed for. */
  readonly answered: boolean
  readonly live?: readonly RecordState[]
  readonly reach?: readonly Reach[]
  /** Lines in front of and behind those of the failures. */
  readonly notes?: readonly string[]
  readonly totals?: readonly string[]
}

export function askedHosts({plan, outcomes, answered, live, reach, notes = [], totals = []}: AskedInput): AskedHosts {
  const told = (reach ?? []).flatMap((one, index) => asFailure(one, index))
  const unknown = (reach ?? []).flatMap((one, index) => (one.verdict === 'unknown' ? asFailure(one, index) : []))
  const code = exitCodeOf([...unknown, ...outcomes])
  const partly = answered || (reach ?? []).some(({verdict}) => verdict !== 'unknown')
  const nothing: readonly number[] = [exitStatus.nothingSucceeded, exitStatus.usage, exitStatus.notFound]
  return {
    outcomes,
    ...(live !== undefined && {live}),
    ...(reach !== undefined && {reach}),
    exitCode: partly && nothing.includes(code) ? exitStatus.partial : code,
    stderr: [...notes, ...failureLines([...told, ...outcomes], {plan}), ...totals],
  }
}

function asFailure({address, error}: Reach, index: number): readonly Outcome[] {
  if (error === undefined) return []
  return [{taskId: `reach-${index + 1}`, host: address, ms: 0, status: 'failed', phase: 'connect', error}]
}
