/** NET-GRAPH: a tree for each host, or all of it in the language of Graphviz. */
import type {NetEdge, NetGraphResult, NetNode} from '../../domain/results/net.js'
import {escapeControls} from '../../lib/escape-controls.js'
import {rowsTerse} from '../shared/answer-rows.js'
import type {NetGraphBody} from '../shared/body.js'
import {exitCodeOf} from '../shared/exit-code.js'
import {failureLines} from '../shared/failures.js'
import type {View} from '../shared/view.js'

export const netGraphView: View<NetGraphResult, NetGraphBody> = {
  exit: ({outcomes}) => exitCodeOf(outcomes),
  body: ({outcomes, nodes, edges}) => ({command: 'net-graph', outcomes, nodes, edges}),
  text: ({nodes, edges, dot}) => (dot ? dotOf(nodes, edges) : treesOf(nodes, edges)),
  terse: ({nodes, edges}) =>
    rowsTerse(edges.map(({from, to, label}) => [from, to, label, nodes.find(({id}) => id === to)?.note ?? ''])),
  notes: ({outcomes, plan}) => failureLines(outcomes, {plan}),
}

const words: Readonly<Record<NetNode['kind'], string>> = {
  host: '',
  bridge: 'bridge ',
  link: 'interface ',
  tap: 'TAP ',
  switch: 'switch ',
  guest: 'guest ',
  plug: '',
}

function treesOf(nodes: readonly NetNode[], edges: readonly NetEdge[]): string {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const below = new Map<string, NetEdge[]>()
  for (const edge of edges) below.set(edge.from, [...(below.get(edge.from) ?? []), edge])
  const lines = (id: string, front: string): readonly string[] =>
    (below.get(id) ?? []).flatMap(({to, label}, index, all) => {
      const isLast = index === all.length - 1
      const node = byId.get(to)
      const text = node === undefined ? to : textOf(node, label)
      return [`${front}${isLast ? '└─ ' : '├─ '}${text}`, ...lines(to, `${front}${isLast ? '   ' : '│  '}`)]
    })
  const hosts = nodes.filter(({kind}) => kind === 'host')
  return hosts
    .flatMap(({id, name}) => [escapeControls(name), ...lines(id, '')])
    .map((line) => `${line}\n`)
    .join('')
}

function textOf({kind, name, note}: NetNode, label: string): string {
  return escapeControls(`${label === '' ? '' : `${label}: `}${words[kind]}${name}${note === '' ? '' : ` (${note})`}`)
}

const shapes: Readonly<Record<NetNode['kind'], string>> = {
  host: 'house',
  bridge: 'box3d',
  link: 'ellipse',
  tap: 'ellipse',
  switch: 'box',
  guest: 'component',
  plug: 'plaintext',
}

function dotOf(nodes: readonly NetNode[], edges: readonly NetEdge[]): string {
  const node = ({id, kind, name, note}: NetNode) =>
    `  ${quoted(id)} [shape=${shapes[kind]}, label=${quoted(`${words[kind]}${name}${note === '' ? '' : `\n${note}`}`)}]\n`
  const edge = ({from, to, label}: NetEdge) =>
    `  ${quoted(from)} -- ${quoted(to)}${label === '' ? '' : ` [label=${quoted(label)}]`}\n`
  return `graph ctys {\n  rankdir=LR\n${nodes.map(node).join('')}${edges.map(edge).join('')}}\n`
}

/** A string of the DOT language; nothing in it is more than text. */
function quoted(text: string): string {
  return `"${text
    .split('\n')
    .map((line) => escapeControls(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'))
    .join('\\n')}"`
}
