import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {hasExact, wordText} from '../../src/domain/inventory/record-text.js'

/**
 * The records in which every word stands somewhere, without regard to case; UUIDs with or without hyphens. Records
 * with a word as their whole label, UUID or MAC address come first, the others in the order given.
 */
export function findByWords(records: readonly InventoryRecord[], words: readonly string[]): readonly InventoryRecord[] {
  if (words.every((word) => word === '')) return records
  const lowered = words.map((word) => word.toLowerCase())
  const found = records.filter((record) => {
    const text = wordText(record)
    return lowered.every((word) => text.includes(word))
  })
  const exact = new Set(found.filter((record) => hasExact(record, words)))
  return exact.size === 0 ? found : [...exact, ...found.filter((record) => !exact.has(record))]
}
