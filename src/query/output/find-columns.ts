/** The columns and the order that `ctys find` is asked for: names of fields, and `age`. */
import {recordFields} from '../../domain/inventory/inventory-record.js'
import type {RecordOrder, ShownColumn} from '../../domain/inventory/shown-column.js'
import {suggest} from '../../lib/suggest.js'
import {fieldOf, longFieldKeys} from '../fields.js'
import {inventoryColumns} from './parse-fields.js'

/** The columns when every word of the list is one; undefined where there is a layout among them, or what is neither. */
export function findColumns(list: string): readonly ShownColumn[] | undefined {
  const columns = list.split(',').map((word): ShownColumn | undefined => {
    const key = word.trim().toLowerCase()
    if (key === 'age') return {heading: 'AGE', column: 'age'}
    const column = inventoryColumns.columns.get(key)
    if (column === undefined) return undefined
    // a letter alone says nothing to whoever reads the table
    const name = key.length < 3 && typeof column === 'number' ? (recordFields[column - 1] ?? key) : key
    return {heading: name.toUpperCase(), column}
  })
  return columns.every((column) => column !== undefined) ? columns : undefined
}

/** Reads `FIELD,-FIELD`; faults are added to `faults`. */
export function parseOrder(list: string, faults: string[]): RecordOrder {
  return list.split(',').flatMap((word) => {
    const [, minus = '', key = ''] = /^(-?)(.*)$/s.exec(word.trim()) ?? []
    const by = key.toLowerCase() === 'age' ? 'age' : fieldOf(key)
    if (by === undefined) {
      faults.push(`--sort: unknown field '${key}'${suggest(key, [...longFieldKeys, 'age'])}`)
      return []
    }
    return [{by, reverse: minus !== ''}]
  })
}
