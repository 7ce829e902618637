import type {SortOrder} from '../../domain/inventory/record-output.js'

export function sortedRows<T>(
  rows: readonly T[],
  {reverse, unique, each}: SortOrder,
  keyOf: (row: T) => string,
  hostOf: (row: T) => string,
): readonly T[] {
  const hosts = new Map<string, {readonly row: T; readonly key: string}[]>()
  for (const row of rows) {
    const host = each ? hostOf(row) : ''
    const keyed = {row, key: keyOf(row)}
    hosts.get(host)?.push(keyed) ?? hosts.set(host, [keyed])
  }
  return [...hosts.values()].flatMap((group) => {
    const ordered = group.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    const kept = unique ? ordered.filter(({key}, i) => key !== ordered[i - 1]?.key) : ordered
    return (reverse ? kept.toReversed() : kept).map(({row}) => row)
  })
}
