/**
 * What machines share and must not, one line a machine; the same value on consecutive lines belongs together. Copies of
 * one machine (`same-machine`) are no collision: they are shown below, and told apart in the totals.
 */

import type {Collision} from '../domain/collision.js'
import {answerRows} from './answer-rows.js'
import {plural} from './failures.js'
import type {ReportStyle} from './report-style.js'
import type {Section} from './section.js'
import type {Column} from './table.js'

export function collisionSection(collisions: readonly Collision[], style: ReportStyle): Section {
  const rows = collisions.flatMap(({kind, value, records}) =>
    records.map(({host, label, id}) => [kind, value, host, label, id]),
  )
  const copies = collisions.filter(({kind}) => kind === 'same-machine').length
  const faults = collisions.length - copies
  return {
    stdout: answerRows(columns, rows, style),
    stderr: [
      ...(faults === 0
        ? []
        : [`${plural(faults, 'collision')}: different machines share a value that should be of one alone`]),
      ...(copies === 0 ? [] : [`${plural(copies, 'machine')} known at several places, which is no fault by itself`]),
    ],
  }
}

const columns: readonly Column[] = [
  {title: 'SHARED', keep: true},
  {title: 'VALUE', keep: true},
  {title: 'HOST'},
  {title: 'LABEL'},
  {title: 'PATH', cut: 'start'},
]
