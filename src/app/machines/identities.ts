/** MAC addresses and UUIDs that no machine of the inventory and none of this call has. */
import {randomBytes, randomUUID} from 'node:crypto'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'

/** What is recorded of a machine that is there already and is asked for again. */
export type IsItself = (record: InventoryRecord) => boolean

export interface Identities {
  /** Below 52:54:00, the range QEMU uses for its own: locally administered, and nobody else's (IEEE 802). */
  newMac(): string
  newUuid(): string
  /** Those the user gave; the reason why not, where they are taken. */
  claimMac(mac: string, isItself: IsItself): string | undefined
  claimUuid(uuid: string, isItself: IsItself): string | undefined
}

export function identities(records: readonly InventoryRecord[]): Identities {
  const macs = new Map(records.map((record) => [normalizeMac(record.mac), record]))
  const uuids = new Map(records.map((record) => [normalizeUuid(record.uuid), record]))
  const used = new Set([...macs.keys(), ...uuids.keys()])
  const claimed = new Set<string>()
  const fresh = (make: () => string, normal: (text: string) => string): string => {
    for (;;) {
      const text = make()
      const key = normal(text)
      if (used.has(key) || claimed.has(key)) continue
      used.add(key)
      return text
    }
  }
  const claim = (text: string, key: string, known: InventoryRecord | undefined, isItself: IsItself) => {
    const isTwice = claimed.has(key)
    claimed.add(key)
    if (known !== undefined && !isItself(known)) return `'${text}' is taken: ${known.label} on ${known.host} has it`
    return isTwice ? `'${text}' is given to two machines` : undefined
  }
  return {
    newMac: () => fresh(randomMac, normalizeMac),
    newUuid: () => fresh(randomUUID, normalizeUuid),
    claimMac: (mac, isItself) => claim(mac, normalizeMac(mac), macs.get(normalizeMac(mac)), isItself),
    claimUuid: (uuid, isItself) => claim(uuid, normalizeUuid(uuid), uuids.get(normalizeUuid(uuid)), isItself),
  }
}

function randomMac(): string {
  const digits = [...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
  return ['52', '54', '00', ...digits].join(':')
}
