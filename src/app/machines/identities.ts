/** MAC addresses and UUIDs that no machine of the inventory and none of this call has. */
import {randomBytes, randomUUID} from 'node:crypto'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {normalizeMac, normalizeUuid} from '../../domain/machine/machine-address.js'

export interface Identities {
  /** Below 52:54:00, the range QEMU uses for its own: locally administered, and nobody else's (IEEE 802). */
  newMac(): string
  newUuid(): string
  /** Those the user gave; what is taken is a fault. */
  claimMac(mac: string, faults: string[]): void
  claimUuid(uuid: string, faults: string[]): void
}

export function identities(records: readonly InventoryRecord[]): Identities {
  const macs = new Map(records.map((record) => [normalizeMac(record.mac), record]))
  const uuids = new Map(records.map((record) => [normalizeUuid(record.uuid), record]))
  const used = new Set([...macs.keys(), ...uuids.keys()])
  const fresh = (make: () => string, normal: (text: string) => string): string => {
    for (;;) {
      const text = make()
      if (used.has(normal(text))) continue
      used.add(normal(text))
      return text
    }
  }
  const owner = ({label, host}: InventoryRecord) => `${label} on ${host} has it`
  const claim = (what: string, text: string, known: InventoryRecord | undefined, faults: string[]): void => {
    if (known !== undefined) faults.push(`${what}: '${text}' is taken: ${owner(known)}`)
    used.add(text)
  }
  return {
    newMac: () => fresh(randomMac, normalizeMac),
    newUuid: () => fresh(randomUUID, normalizeUuid),
    claimMac: (mac, faults) => claim('--mac', mac, macs.get(normalizeMac(mac)), faults),
    claimUuid: (uuid, faults) => claim('--uuid', uuid, uuids.get(normalizeUuid(uuid)), faults),
  }
}

function randomMac(): string {
  const digits = [...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0').toUpperCase())
  return ['52', '54', '00', ...digits].join(':')
}
