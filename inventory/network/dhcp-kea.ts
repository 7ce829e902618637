import type {Extracted, NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {readIp, readMac} from '../../src/lib/network-address.js'
import {crossEntries} from './entry.js'

/**
 * Reads the host reservations of a Kea configuration (Kea Administrator Reference Manual, "Host Reservations"): every
 * `reservations` list under Dhcp4 and Dhcp6, whether global, of a shared network or of a subnet. A reservation by
 * anything but hw-address is reported, and so is a file that is no JSON beneath its comments; nothing is thrown.
 */
export function parseKeaConf(text: string): Extracted {
  const {json, includes} = plainJson(text)
  const entries: NetworkEntry[] = []
  const rejects: SourceReject[] = []
  let config: unknown
  try {
    config = JSON.parse(json)
  } catch (error) {
    return {entries, rejects: [jsonFault(json, error)], includes}
  }
  if (!isObject(config) || (!isObject(config.Dhcp4) && !isObject(config.Dhcp6))) {
    return {entries, rejects: [{text: '', reason: 'has neither Dhcp4 nor Dhcp6'}], includes}
  }
  for (const part of ['Dhcp4', 'Dhcp6']) {
    for (const [path, reservation] of reservationsOf(config[part], part)) {
      const {faults, ...host} = readReservation(reservation)
      entries.push(...host.entries)
      for (const reason of faults) rejects.push({text: path, reason})
    }
  }
  return {entries, rejects, includes}
}

type JsonObject = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

type Place = readonly [path: string, value: unknown, isReservations?: boolean]

/** All reservations below a value with their paths, in file order; nested as deep as it likes. */
function* reservationsOf(root: unknown, name: string): Generator<Place> {
  const open: Place[] = [[name, root]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value, isReservations] = next
    if (Array.isArray(value)) {
      const items = value.map((item, index): Place => [below(path, `[${index}]`), item])
      if (isReservations) yield* items
      else for (const item of items.reverse()) open.push(item)
    } else if (isObject(value)) {
      const members = Object.entries(value).map(
        ([key, member]): Place => [below(path, `.${key}`), member, key === 'reservations'],
      )
      for (const member of members.reverse()) open.push(member)
    }
  }
}

/** Cut off where it grows longer than anybody reads: with nesting alone it would outgrow the file by far. */
function below(path: string, part: string): string {
  return path.length > 200 ? path : (path + part).slice(0, 300)
}

function readReservation(value: unknown): {
  readonly entries: readonly NetworkEntry[]
  readonly faults: readonly string[]
} {
  if (!isObject(value)) return {entries: [], faults: ['is no object']}
  const {'hw-address': hardware, 'ip-address': one, 'ip-addresses': more, hostname} = value
  const name = typeof hostname === 'string' ? hostname : ''
  if (hardware === undefined) return {entries: [], faults: ['has no hw-address']}
  const mac = typeof hardware === 'string' ? readMac(hardware) : undefined
  if (mac === undefined) return {entries: [], faults: [`${show(hardware)} is no MAC address`]}
  const faults: string[] = []
  const ips: string[] = []
  for (const address of [one, ...(Array.isArray(more) ? more : [more])]) {
    const ip = typeof address === 'string' ? readIp(address) : undefined
    if (ip !== undefined) ips.push(ip)
    else if (address !== undefined) faults.push(`${show(address)} is no IP address`)
  }
  if (name === '' && ips.length === 0) return {entries: [], faults: [...faults, 'has neither name nor IP address']}
  return {entries: crossEntries(name, ips, [mac]), faults}
}

/** A list is not written out: JSON.stringify fails where it is nested deep. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object'
  return JSON.stringify(value).slice(0, 80)
}

// strings first, so that nothing in them is taken for a comment; what is not closed runs to the end
const commentPattern =
  /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|<\?include\s*"([^"\n]*)"\s*\?>|\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g
const commaPattern = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"?|,(?=\s*[,\]}])|,(?<=[{[]\s*,)/g

/**
 * JSON at the same lines and columns, without what Kea allows beyond it: comments (`#`, `//`, C style), commas beside a
 * bracket, and `<?include "FILE"?>`, which becomes null as a value and nothing elsewhere.
 */
function plainJson(text: string): {readonly json: string; readonly includes: Extracted['includes']} {
  const includes: {line: number; path: string}[] = []
  const lineOf = lineCounter(text)
  const stripped = text
    .replace(/^\ufeff/, ' ')
    .replace(commentPattern, (piece, path: string | undefined, at: number) => {
      if (piece.startsWith('"')) return piece
      const blank = piece.replace(/[^\n]/g, ' ')
      if (path === undefined) return blank
      includes.push({line: lineOf(at), path})
      return /:\s*$/.test(text.slice(Math.max(0, at - 200), at)) ? `null${blank.slice(4)}` : blank
    })
  return {json: stripped.replace(commaPattern, (piece) => (piece === ',' ? ' ' : piece)), includes}
}

/** Only some of the messages of V8 tell the position; the others quote the place. */
function jsonFault(json: string, error: unknown): SourceReject {
  const reason = error instanceof Error ? error.message : String(error)
  const position = /at position (\d+)/.exec(reason)?.[1]
  const line = position === undefined ? undefined : lineCounter(json)(Number(position))
  return {...(line !== undefined && {line}), text: '', reason}
}

/** The lines of positions that are asked for in ascending order: each is counted once. */
function lineCounter(text: string): (position: number) => number {
  let line = 1
  let next = text.indexOf('\n')
  return (position) => {
    for (; next >= 0 && next < position; next = text.indexOf('\n', next + 1)) line++
    return line
  }
}
