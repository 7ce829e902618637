/**
 * What machines share, one line a machine; the same value on consecutive lines belongs together. Two things are notes
 * and no fault by themselves: copies of one machine (`same-machine`), and one label on several hosts, since an address
 * names the host too.
 */

import type {Collision} from '../../domain/machine/collision.js'
import {plural} from '../../lib/plural.js'
import type {Column} from '../shared/table.js'

export function collisionRows(collisions: readonly Collision[]): readonly (readonly string[])[] {
  return collisions.flatMap(({kind, value, records}) =>
    records.map(({host, label, id}) => [kind, value, host, label, id]),
  )
}

/** What of them is a fault, and what is none. */
export function collisionNotes(collisions: readonly Collision[]): readonly string[] {
  const copies = collisions.filter(({kind}) => kind === 'same-machine').length
  const faults = collisions.filter((collision) => severityOf(collision) === 'collision').length
  const labels = collisions.length - copies - faults
  return [
    ...(faults === 0
      ? []
      : [`${plural(faults, 'collision')}: different machines share a value that should be of one alone`]),
    ...(labels === 0 ? [] : [`${plural(labels, 'label')} used on several hosts, which is no fault by itself`]),
    ...(copies === 0 ? [] : [`${plural(copies, 'machine')} known at several places, which is no fault by itself`]),
  ]
}

/** A collision is a fault, a note is none. */
export function severityOf({kind, records}: Collision): 'collision' | 'note' {
  if (kind === 'same-machine') return 'note'
  if (kind !== 'label') return 'collision'
  const hosts = new Set(records.map(({host}) => host.toLowerCase()))
  return hosts.size < records.length ? 'collision' : 'note'
}

export const collisionColumns: readonly Column[] = [
  {title: 'SHARED', keep: true},
  {title: 'VALUE', keep: true, identity: true},
  {title: 'HOST', identity: true},
  {title: 'LABEL', identity: true},
  {title: 'PATH', cut: 'start', identity: true},
]
