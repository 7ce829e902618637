import type {InventoryRecord, RecordField} from './inventory-record.js'
import {normalizeMac, normalizeUuid} from './machine-address.js'

/**
 * The values of the classic fields in their order. Spelled out: read by name, field for field, a record takes a third
 * of the time, and a query reads a hundred thousand of them. A test compares the order with `recordFields`.
 */
export function classicValues(record: InventoryRecord): readonly string[] {
  return [
    record.host,
    record.type,
    record.label,
    record.id,
    record.uuid,
    record.mac,
    record.tcp,
    record.vncDisplay,
    record.cport,
    record.sport,
    record.vncBase,
    record.dist,
    record.distRel,
    record.os,
    record.osRel,
    record.version,
    record.serial,
    record.category,
    record.vmState,
    record.hyperRel,
    record.stackCap,
    record.stackReq,
    record.hwCap,
    record.hwReq,
    record.execLocation,
    record.relocCap,
    record.sshPort,
    record.netName,
    record.hyperRelRun,
    record.accelerator,
    record.exePath,
    record.index,
    record.ifName,
    record.ctysRelease,
    record.netmask,
    record.gateway,
    record.relay,
    record.arch,
    record.platform,
    record.vram,
    record.vcpu,
    record.contextString,
    record.userString,
    record.uid,
    record.gid,
    record.defaultHosts,
    record.defaultConsole,
  ]
}

/** The record as ctys-vhost saw it: the values as they are, `;` between them. */
export function classicLine(record: InventoryRecord): string {
  return classicValues(record).join(';')
}

/** The fields in which a plain word is searched. */
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

/** What a plain word is searched in: the telling fields in lower case, UUIDs with and without hyphens. */
export function wordText(record: InventoryRecord): string {
  const uuid = normalizeUuid(record.uuid)
  const hyphenated = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return [...searched.map((field) => record[field]), uuid, hyphenated].join('\0').toLowerCase()
}

/** True when one of the words is the whole label, UUID or MAC address of the record. */
export function hasExact({label, uuid, mac}: InventoryRecord, words: readonly string[]): boolean {
  return words.some(
    (word) =>
      word !== '' &&
      (word.toLowerCase() === label.toLowerCase() ||
        normalizeUuid(word) === normalizeUuid(uuid) ||
        normalizeMac(word) === normalizeMac(mac)),
  )
}
