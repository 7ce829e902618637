/**
 * What is told of hosts that were asked for an answer of the inventory: those that failed on stderr, and the exit
 * status. What could be answered nevertheless makes it 4 instead of 1, 2 or 3.
 */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {AskedHosts} from '../../domain/results/find.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Reach} from '../../domain/work/reach.js'
import {plural} from '../../lib/plural.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'

/** Anything but 0 goes before what the records say. */
export function askedExit({outcomes, answered, reach = []}: AskedHosts): ExitStatus {
  const unknown = reach.flatMap((one, index) => (one.verdict === 'unknown' ? asFailure(one, index) : []))
  const code = exitCodeOf([...unknown, ...outcomes])
  const partly = answered || reach.some(({verdict}) => verdict !== 'unknown')
  const nothing: readonly ExitStatus[] = [exitStatus.nothingSucceeded, exitStatus.usage, exitStatus.notFound]
  return partly && nothing.includes(code) ? exitStatus.partial : code
}

export function askedNotes({plan, outcomes, reach = [], left, steps = [], took}: AskedHosts): readonly string[] {
  return [
    ...leftLines(left),
    ...failureLines([...reach.flatMap(asFailure), ...outcomes], {plan}),
    ...steps.map(({name, match, total}) => `${name}: match=${match} of total=${total}`),
    ...(took === undefined ? [] : [`${plural(took.records, 'record')} in ${took.seconds.toFixed(1)} s`]),
  ]
}

function leftLines(left: AskedHosts['left']): readonly string[] {
  if (left === undefined) return []
  const {count, of, why} = left
  return why === 'noScan'
    ? [`${count} of ${of} records cannot be looked at again, they stay as they are`]
    : [`${count} of ${of} records say no address, they were not asked (-R)`]
}

function asFailure({address, error}: Reach, index: number): readonly Outcome[] {
  if (error === undefined) return []
  return [{taskId: `reach-${index + 1}`, host: address, ms: 0, status: 'failed', phase: 'connect', error}]
}
