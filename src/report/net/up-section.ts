/** NET-UP and NET-DOWN: a line for each network; NET-SWITCH: what the switch says, as it says it. */
import type {NetPlaces} from '../../domain/work/net.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {listNames} from '../../lib/list-names.js'
import {rowsTable, rowsTerse} from '../shared/answer-rows.js'
import type {Answers, VerbView} from '../shared/section.js'
import type {Column} from '../shared/table.js'

const columns: readonly Column[] = [
  {title: 'HOST', identity: true},
  {title: 'NETWORK', keep: true},
  {title: 'USER', keep: true},
  {title: 'STATE', keep: true},
  {title: 'TAP', keep: true},
  {title: 'BRIDGE', keep: true},
  {title: 'QEMUSOCK', cut: 'start', identity: true},
]

const upStates = {made: 'made', completed: 'completed', there: 'was there'} as const
const downStates = {removed: 'removed', absent: 'was not there'} as const

function cells(host: string, {name, user, sock, tap = '', bridge = ''}: NetPlaces, state: string): readonly string[] {
  return [host, name, user, state, tap, bridge, sock]
}

function remarks(answers: Answers<'net-up'> | Answers<'net-down'>): readonly string[] {
  const hosts = new Map<string, string[]>()
  for (const {host, data} of answers) {
    for (const text of data.remarks) hosts.set(text, [...(hosts.get(text) ?? []), host])
  }
  return [...hosts].map(([text, names]) => `${listNames(names)}: ${text}`)
}

export const netUpView: VerbView<'net-up'> = {
  text: (answers, {width}) =>
    rowsTable(
      columns,
      answers.map(({host, data}) => cells(host, data.network, upStates[data.state])),
      width,
    ),
  terse: (answers) =>
    rowsTerse(answers.map(({host, data}) => [...cells(host, data.network, data.state), data.network.mgmt])),
  notes: remarks,
}

export const netDownView: VerbView<'net-down'> = {
  text: (answers, {width}) =>
    rowsTable(
      columns,
      answers.map(({host, data}) => cells(host, data.network, downStates[data.state])),
      width,
    ),
  terse: (answers) =>
    rowsTerse(answers.map(({host, data}) => [...cells(host, data.network, data.state), data.network.mgmt])),
  notes: remarks,
}

export const netSwitchView: VerbView<'net-switch'> = {
  text: (answers) =>
    answers
      .flatMap(({host, data}) => [...(answers.length > 1 ? [`${host}:`] : []), ...data.lines])
      .map((line) => `${escapeControls(line)}\n`)
      .join(''),
  terse: (answers) => rowsTerse(answers.flatMap(({host, data}) => data.lines.map((line) => [host, line.trim()]))),
  notes: () => [],
}
