import type {InventoryRecord, RecordField} from '../src/domain/inventory-record.js'
import {normalizeMac, normalizeUuid} from '../src/domain/machine-address.js'

/** The fields in which a word is searched. */
const searched: readonly RecordField[] = [
  'host',
  'type',
  'label',
  'id',
  'uuid',
  'mac',
  'tcp',
  'netName',
  'dist',
  'distRel',
  'os',
  'osRel',
  'category',
  'vmState',
  'hyperRel',
  'accelerator',
  'arch',
  'platform',
  'relay',
  'contextString',
  'userString',
]

/**
 * The records in which every word stands somewhere, without regard to case; UUIDs with or without hyphens. Records
 * with a word as their whole label, UUID or MAC address come first, the others in the order given.
 */
export function findByWords(records: readonly InventoryRecord[], words: readonly string[]): readonly InventoryRecord[] {
  const lowered = words.map((word) => word.toLowerCase())
  const found = records.filter((record) => {
    const text = searchText(record)
    return lowered.every((word) => text.includes(word))
  })
  return [...found.filter((record) => hasExact(record, words)), ...found.filter((record) => !hasExact(record, words))]
}

function searchText(record: InventoryRecord): string {
  const uuid = normalizeUuid(record.uuid)
  const hyphenated = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return [...searched.map((field) => record[field]), uuid, hyphenated].join('\0').toLowerCase()
}

function hasExact({label, uuid, mac}: InventoryRecord, words: readonly string[]): boolean {
  return words.some(
    (word) =>
      word !== '' &&
      (word.toLowerCase() === label.toLowerCase() ||
        normalizeUuid(word) === normalizeUuid(uuid) ||
        normalizeMac(word) === normalizeMac(mac)),
  )
}
