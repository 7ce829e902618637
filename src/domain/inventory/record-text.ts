import {normalizeMac, normalizeUuid} from '../machine/machine-address.js'
import type {InventoryRecord} from './inventory-record.js'

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

/**
 * What a plain word is searched in: the telling fields in lower case, UUIDs with and without hyphens. Spelled out as
 * above.
 */
export function wordText(record: InventoryRecord): string {
  const {host, type, label, id, uuid, mac, tcp, netName, dist, distRel, os, osRel, category, vmState} = record
  const {hyperRel, accelerator, arch, platform, relay, contextString, userString} = record
  const machine = `${host}\0${type}\0${label}\0${id}\0${mac}\0${tcp}\0${netName}\0${uuid}`
  const system = `${dist}\0${distRel}\0${os}\0${osRel}\0${category}\0${vmState}\0${hyperRel}`
  const rest = `${accelerator}\0${arch}\0${platform}\0${relay}\0${contextString}\0${userString}`
  return `${machine}\0${system}\0${rest}\0${uuidForms(uuid)}`.toLowerCase()
}

/** Without hyphens and, where it is one, with them. */
function uuidForms(uuid: string): string {
  if (uuid === '') return ''
  const plain = normalizeUuid(uuid)
  return `${plain}\0${plain.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
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
