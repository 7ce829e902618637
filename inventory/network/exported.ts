import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import type {MachineRecords} from '../../src/domain/machine-records.js'
import {isHostName, readIp} from '../../src/lib/network-address.js'

export interface LeftOut {
  readonly record: InventoryRecord
  readonly reason: string
}

/** A whole file and the records that are not, or not wholly, in it. */
export interface Exported {
  readonly text: string
  readonly leftOut: readonly LeftOut[]
}

/** What one record becomes: a piece of the file, the reason why it becomes nothing, or undefined for a repetition. */
export type Piece = {readonly text: string} | {readonly reason: string} | undefined

/** The pieces in file order, each different one once. */
export function joinPieces(records: readonly InventoryRecord[], pieceOf: (record: InventoryRecord) => Piece): Exported {
  const texts = new Set<string>()
  const leftOut: LeftOut[] = []
  for (const record of records) {
    const piece = pieceOf(record)
    if (piece === undefined) continue
    if ('text' in piece) texts.add(piece.text)
    else leftOut.push({record, reason: piece.reason})
  }
  return {text: [...texts].join(''), leftOut}
}

/** The names of the interface that every format can hold, network name first; `localhost` is everybody's own. */
export function namesOf({netName, label}: InventoryRecord): readonly string[] {
  const names = [netName, label].filter((name) => isHostName(name) && !/^localhost(\.|$)/i.test(name))
  return names.filter((name, index) => names.findIndex((it) => it.toLowerCase() === name.toLowerCase()) === index)
}

export const noName = 'neither network name nor label is a host name'
export const noIp = 'has no IP address'

/** The first IP address, IPv4 before IPv6, with the record it stands in. */
export function addressOf(
  machine: MachineRecords,
): {readonly record: InventoryRecord; readonly ip: string} | undefined {
  const found = machine.flatMap((record) => {
    const ip = readIp(record.tcp)
    return ip === undefined ? [] : [{record, ip}]
  })
  return found.find(({ip}) => !ip.includes(':')) ?? found[0]
}

export interface ExportOptions {
  /** The name the inventory calls this computer by: no jump leads over it. */
  readonly localName?: string
}

/** The host to jump over: undefined for a machine of this computer; a reason where the name could not be one. */
export function jumpHostOf({host}: InventoryRecord, {localName}: ExportOptions): Piece {
  if (['', 'localhost', localName?.toLowerCase()].includes(host.toLowerCase())) return undefined
  // "none" switches jumping off (ssh_config(5))
  return isHostName(host) && host.toLowerCase() !== 'none'
    ? {text: host}
    : {reason: `its host '${host}' is no host name`}
}

/** The one SSH port of the machine where it is not 22; several mean that none is the one. */
export function sshPortOf({sshPort}: InventoryRecord): number | undefined {
  const port = /^\d{1,5}$/.test(sshPort) ? Number(sshPort) : 22
  return port === 22 || port === 0 || port > 65_535 ? undefined : port
}
