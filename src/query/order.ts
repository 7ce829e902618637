import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import type {RecordOrder} from '../domain/inventory/shown-column.js'
import {byNaturalOrder} from '../lib/natural-order.js'

/** The records in that order, as people count (`h2` before `h10`); what compares equal stays as it was. */
export function inOrder(records: readonly InventoryRecord[], order: RecordOrder): readonly InventoryRecord[] {
  return [...records].sort((one, other) => {
    for (const {by, reverse} of order) {
      const compared = by === 'age' ? byAge(one.observedAt, other.observedAt) : byNaturalOrder(one[by], other[by])
      if (compared !== 0) return reverse ? -compared : compared
    }
    return 0
  })
}

/** What was never seen is older than everything. */
function byAge(one: string, other: string): number {
  const [a, b] = [Date.parse(one), Date.parse(other)].map((time) =>
    Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time,
  )
  return (a ?? 0) === (b ?? 0) ? 0 : (b ?? 0) - (a ?? 0)
}
