/** NET-TRACE: the hops in their order, and where the way ends. A broken way = exit 1. */
import {exitStatus} from '../../domain/error-codes.js'
import type {NetHop, NetTraceResult} from '../../domain/results/net.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {NetTraceBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'

const columns: readonly Column[] = [
  {title: 'HOP', keep: true},
  {title: 'HOST', identity: true},
  {title: 'AT', identity: true},
  {title: 'STATE', keep: true},
  {title: 'WHY', wrap: true},
]

export const netTraceView: View<NetTraceResult, NetTraceBody> = {
  exit: ({hops, outcomes}) => (brokenOf(hops) === undefined ? exitCodeOf(outcomes) : exitStatus.nothingSucceeded),
  body: ({outcomes, from, to, hops}) => ({command: 'net-trace', outcomes, from, to, hops}),
  text: ({hops}, {width}) => rowsTable(columns, rowsOf(hops), width),
  terse: ({hops}) => rowsTerse(rowsOf(hops)),
  notes: ({from, to, hops, outcomes, plan}) => [...failureLines(outcomes, {plan}), ...verdict(from, to, hops)],
}

function rowsOf(hops: readonly NetHop[]): readonly (readonly string[])[] {
  return hops.map(({host, at, state, why = ''}, index) => [String(index + 1), host, at, state, why])
}

function brokenOf(hops: readonly NetHop[]): NetHop | undefined {
  return hops.find(({state}) => state === 'broken')
}

function verdict(from: string, to: string, hops: readonly NetHop[]): readonly string[] {
  const broken = brokenOf(hops)
  if (broken !== undefined) {
    const at = hops.indexOf(broken) + 1
    return [
      `${from} does not reach ${to}: it breaks at hop ${at}, ${broken.at}: ${broken.why ?? ''}`,
      ...(broken.next === undefined ? [] : [`  next: ${broken.next}`]),
    ]
  }
  const unknown = hops.filter(({state}) => state === 'unknown').length
  return [
    unknown === 0
      ? `the way from ${from} to ${to} is whole`
      : `nothing is seen to be broken from ${from} to ${to}; ${unknown} of ${hops.length} hops are not known`,
  ]
}
