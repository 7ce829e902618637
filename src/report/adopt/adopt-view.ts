/**
 * `ctys adopt`: a line for each machine of the hosts that is none of ctys, with what is written for it, or would be;
 * stderr says why something cannot be one, and what to do next.
 */
import {type ExitStatus, exitStatus} from '../../domain/error-codes.js'
import type {AdoptResult, AdoptRow} from '../../domain/results/adopt.js'
import {plural} from '../../lib/plural.js'
import {pastable} from '../../lib/shell-quote.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {AdoptBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {Column} from '../shared/table.js'
import type {View} from '../shared/view.js'

export const adoptView: View<AdoptResult, AdoptBody> = {
  exit: exitOf,
  body: ({outcomes, machines}) => ({command: 'adopt', outcomes, machines}),
  text: ({machines}, {width}) => rowsTable(columns, machines.map(cellsOf), width),
  terse: ({machines}) => rowsTerse(machines.map(cellsOf)),
  notes: (result, style) => [
    ...emptyHosts(result),
    ...placeLines(result),
    ...result.machines.flatMap(reasonLines),
    ...failureLines(result.outcomes, result),
    ...(style.format === 'text' ? nextLines(result) : []),
  ],
  acted: ({writes}) => writes,
}

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'MACHINE', identity: true},
  {title: 'FOUND AS', keep: true},
  {title: 'PID', drop: 3},
  {title: 'OWNER', keep: true},
  {title: 'MAC', drop: 2},
  {title: 'DISKS', drop: 1, cut: 'start'},
  {title: 'STATE', keep: true},
  {title: 'WRITES', cut: 'start', identity: true},
]

const states: Readonly<Record<AdoptRow['state'], string>> = {
  ready: 'ready',
  owned: 'stays',
  refused: 'refused',
  written: 'written',
  notWritten: 'not written',
}

function cellsOf(row: AdoptRow): readonly string[] {
  const {host, label, foundAs, pid, owner = '', macs, disks, state, config = ''} = row
  return [host, label, foundAs, String(pid ?? ''), owner, macs.join(','), disks.join(','), states[state], config]
}

/** What was asked for by name and left with its owner was asked for in vain. */
function isFailed({state}: AdoptRow, {only}: AdoptResult): boolean {
  return state === 'notWritten' || state === 'refused' || (state === 'owned' && only.length > 0)
}

function exitOf(result: AdoptResult): ExitStatus {
  const {outcomes, machines, only, writes} = result
  const status = exitCodeOf(outcomes)
  if (status !== exitStatus.ok) return status
  if (machines.length === 0) return only.length > 0 ? exitStatus.notFound : exitStatus.ok
  if (!writes || !machines.some((row) => isFailed(row, result))) return status
  return machines.some(({state}) => state === 'written') ? exitStatus.partial : exitStatus.nothingSucceeded
}

function emptyHosts({outcomes, machines, only}: AdoptResult): readonly string[] {
  const told = new Set(machines.map(({host}) => host))
  return outcomes.flatMap((outcome) => {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'adoptable' || told.has(outcome.host)) return []
    const {searched, hidden} = outcome.data
    const what = only.length > 0 ? `no machine called ${only.join(', ')}` : 'no machine that is none of ctys'
    const unseen = hidden === true ? '; it hides the processes of other users' : ''
    return [`${outcome.host}: ${what} runs there or lies below ${searched.join(', ') || 'any directory'}${unseen}`]
  })
}

function placeLines({outcomes}: AdoptResult): readonly string[] {
  return outcomes.flatMap((outcome) => {
    if (outcome.status !== 'ok' || outcome.data.kind !== 'adoptable') return []
    const {unsearched, closed} = outcome.data
    return [...unsearched, ...closed].map(({path, reason}) => `${outcome.host}:${path}: not searched: ${reason}`)
  })
}

function reasonLines({host, label, state, refusals, error}: AdoptRow): readonly string[] {
  if (state === 'refused') return [`${host}: ${label}: not adopted: ${refusals.join('; ')}`]
  if (state !== 'notWritten' || error === undefined) return []
  const {code, reason, hint} = error
  return [`${host}: ${label}: ${code}: ${reason}`, ...(hint === undefined ? [] : [`  next: ${hint}`])]
}

function nextLines({machines, writes}: AdoptResult): readonly string[] {
  const count = (state: AdoptRow['state']) => machines.filter((row) => row.state === state).length
  const first = machines.find(({state}) => state === 'written')
  const owned = count('owned')
  const left = owned > 0 ? [`left with its owner: ${plural(owned, 'machine')}; --foreign adopts them too`] : []
  if (first !== undefined) {
    const next = first.pid === undefined ? `ctys start ${pastable(first.label)}` : `ctys list ${pastable(first.host)}`
    return [...left, `${plural(count('written'), 'machine')} written; next: ${next}`]
  }
  const ready = count('ready')
  return writes || ready === 0
    ? left
    : [...left, `${plural(ready, 'machine')} ready; the same call with --write writes their files`]
}
