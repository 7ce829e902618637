/** On which host each new machine comes to lie: they get them in turn, and what is there already stays where it is. */

import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {Target} from '../../domain/target.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import type {NewRequest} from '../../parse/make/parse-new.js'

export interface Placed {
  readonly label: string
  readonly target: Target
}

/** Of all entries of a call, in their order. */
export interface Spread {
  place(request: NewRequest, targets: readonly Target[]): readonly Placed[]
  /** The record of the same machine, made before. */
  isItself(record: InventoryRecord, placed: Placed, base: string): boolean
  /** Names that a host has already for a machine which lies elsewhere, or gets twice; a line each. */
  namesakes(placed: readonly Placed[], base: string): readonly string[]
}

export function createSpread(records: readonly InventoryRecord[]): Spread {
  const byLabel = new Map<string, InventoryRecord[]>()
  for (const record of records) byLabel.set(record.label, [...(byLabel.get(record.label) ?? []), record])
  const turns = new Map<string, number>()
  const given = new Set<string>()
  const isItself: Spread['isItself'] = ({label, host, id}, placed, base) => {
    if (label !== placed.label || recordedHost(host) !== hostNameOf(placed.target)) return false
    const own = `${below(base)}/${label}/${label}.ctys`
    return base.startsWith('/') ? id === own : id.endsWith(own)
  }
  return {
    isItself,
    place: ({labels, base}, targets) => {
      const key = targets.map((target) => hostNameOf(target)).join(' ')
      const first = turns.get(key) ?? 0
      turns.set(key, first + labels.length)
      return labels.map((label, n) => {
        const known = byLabel.get(label) ?? []
        const there = targets.find((target) => known.some((record) => isItself(record, {label, target}, base)))
        return {label, target: there ?? targets[(first + n) % targets.length] ?? {host: 'localhost'}}
      })
    },
    namesakes: (placed, base) => {
      const faults = placed.flatMap((one) => {
        const host = hostNameOf(one.target)
        const key = `${host} ${one.label}`
        const twice = given.has(key) ? [`${host} gets a machine ${one.label} twice`] : []
        given.add(key)
        const others = (byLabel.get(one.label) ?? []).filter(
          (record) => recordedHost(record.host) === host && !isItself(record, one, base),
        )
        return [...twice, ...others.map(({id}) => `${host} has a machine ${one.label} already: ${id}`)]
      })
      return [...new Set(faults)]
    },
  }
}

function below(base: string): string {
  const parts = base.replace(/^~(?:\/|$)/, '').split('/')
  return parts
    .filter((part) => part !== '' && part !== '.')
    .map((part) => `/${part}`)
    .join('')
}
