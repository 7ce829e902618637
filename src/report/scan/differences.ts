/** What a scan changed, line by line: `added:`, `changed:` with a line for each fact, `moved:`, `gone:`. Not escaped. */
import type {Difference} from '../../domain/machine/difference.js'
import {isMachine} from '../../domain/machine/inventory-counts.js'
import {identityOf} from '../../domain/machine/machine-records.js'

export function differenceLines({what, record, from, fields = []}: Difference): readonly string[] {
  const {host, label, id, type} = record
  const name = [host, label, isMachine(record) ? id : `(${type})`].filter((part) => part !== '').join(' ')
  const was = from === undefined ? '' : ` (was ${from.host === host ? '' : `${from.host} `}${from.id})`
  return [
    `${what}: ${name}${was}`,
    ...fields.map(({field, ifName, before, after}) => {
      const where = ifName === undefined ? field : `${field} of interface ${ifName}`
      return `    ${where}: ${before || '(empty)'} -> ${after || '(empty)'}`
    }),
  ]
}

/** One entry for each machine; an inventory may tell changes by interface, and one that was replaced is a changed one. */
export function machineDifferences(differences: readonly Difference[]): readonly Difference[] {
  const byMachine = new Map<string, Difference>()
  for (const difference of differences) {
    const key = identityOf(difference.record)
    const before = byMachine.get(key)
    const mixed = before !== undefined && before.what !== difference.what
    byMachine.set(key, mixed ? {what: 'changed', record: difference.record} : (before ?? difference))
  }
  return [...byMachine.values()]
}
