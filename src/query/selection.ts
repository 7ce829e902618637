import {LookupError} from '../domain/errors.js'
import type {InventoryRecord} from '../domain/inventory/inventory-record.js'
import {classicLine} from '../domain/inventory/record-text.js'
import {evaluateQuery, type Query, type QueryOptions} from './query.js'

/** What of the records found is wanted: the options of ctys-vhost that narrow its answer. */
export interface RecordSelection {
  /** Upper case; KVM is QEMU with that accelerator. Absent: every type. */
  readonly types?: readonly string[]
  /** Positions among the records found, counted from 1. */
  readonly range?: RecordRange
  /** Only the records on the host that has the fewest or the most of those found; the first such host. */
  readonly cost?: 'least' | 'most'
  /** Default all. */
  readonly pick?: Pick
}

export interface RecordRange {
  readonly first: number
  readonly last: number
}

export type Pick = 'first' | 'last' | 'all' | 'complement' | 'sort' | 'usort' | 'unique'

/**
 * The records that answer the query, narrowed in the order of the fields above. Throws UsageError as evaluateQuery
 * does, and for `unique` LookupError MACHINE_NOT_FOUND or MACHINE_AMBIGUOUS unless there is exactly one record.
 */
export function selectRecords(
  query: Query,
  records: readonly InventoryRecord[],
  {types, range, cost, pick = 'all'}: RecordSelection,
  options: QueryOptions,
): readonly InventoryRecord[] {
  const asked = types === undefined ? records : records.filter((record) => types.some((type) => isOfType(record, type)))
  const fitting = evaluateQuery(query, asked, options)
  const ranged = range === undefined ? fitting : fitting.slice(range.first - 1, range.last)
  const found = cost === undefined ? ranged : onOneHost(ranged, cost)
  return pickRecords(found, asked, pick)
}

function isOfType({type, accelerator}: InventoryRecord, wanted: string): boolean {
  const known = type.toUpperCase()
  return known === wanted || (wanted === 'KVM' && known === 'QEMU' && accelerator.toUpperCase() === 'KVM')
}

/** How many of the records each host has, hosts in the order in which they first appear. */
export function countByHost(records: readonly InventoryRecord[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const {host} of records) counts.set(host, (counts.get(host) ?? 0) + 1)
  return counts
}

function onOneHost(records: readonly InventoryRecord[], cost: 'least' | 'most'): readonly InventoryRecord[] {
  let chosen: readonly [host: string, count: number] | undefined
  for (const [host, count] of countByHost(records)) {
    if (chosen === undefined || (cost === 'least' ? count < chosen[1] : count > chosen[1])) chosen = [host, count]
  }
  return records.filter(({host}) => host === chosen?.[0])
}

function pickRecords(
  found: readonly InventoryRecord[],
  all: readonly InventoryRecord[],
  pick: Pick,
): readonly InventoryRecord[] {
  switch (pick) {
    case 'all':
      return found
    case 'first':
      return found.slice(0, 1)
    case 'last':
      return found.slice(-1)
    case 'complement': {
      const fitting = new Set(found)
      return all.filter((record) => !fitting.has(record))
    }
    case 'sort':
      return sortedByLine(found).map(({record}) => record)
    case 'usort':
      return sortedByLine(found)
        .filter(({line}, index, sorted) => line !== sorted[index - 1]?.line)
        .map(({record}) => record)
    case 'unique':
      if (found.length === 0) throw new LookupError('MACHINE_NOT_FOUND', 'no record fits the query')
      if (found.length > 1) throw ambiguous(found)
      return found
  }
}

/** By code unit, as sort(1) in the C locale. */
function sortedByLine(records: readonly InventoryRecord[]) {
  return records
    .map((record) => ({record, line: classicLine(record)}))
    .sort((a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
}

const mostNamed = 10

function ambiguous(found: readonly InventoryRecord[]): LookupError {
  const named = found.slice(0, mostNamed).map(({host, label, mac, id}) => `${host} ${label} ${mac} ${id}`)
  const left = found.length - named.length
  return new LookupError('MACHINE_AMBIGUOUS', `${found.length} records fit the query, not one`, {
    details: left > 0 ? [...named, `and ${left} more`] : named,
    hint: 'add a word that only the record you mean has',
  })
}
