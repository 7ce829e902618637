import type {Extracted, NetworkEntry, SourceReject} from '../../src/domain/network/network-entry.js'
import {readIp, readMac} from '../../src/lib/network-address.js'
import {crossEntries} from './entry.js'
import {type JsonObject, readKeaJson} from './kea-json.js'

/**
 * Reads the host reservations of a Kea configuration (Kea Administrator Reference Manual, "Host Reservations"): every
 * `reservations` list under Dhcp4 and Dhcp6, whether global, of a shared network or of a subnet, or in a piece that such a
 * file includes. A reservation by anything but hw-address is reported, and so is what is wrong; nothing is thrown.
 */
export function parseKeaConf(text: string): Extracted {
  const {value, faults, broken, lines, includes} = readKeaJson(text)
  const entries: NetworkEntry[] = []
  const rejects: SourceReject[] = [...faults]
  for (const [path, reservation, , list] of placesOf(value).flatMap((place) => [...reservationsOf(place)])) {
    const line = lines.get(reservation) ?? lines.get(list)
    const at = {...(line !== undefined && {line}), text: path}
    if (broken.has(reservation)) {
      rejects.push({...at, reason: 'is left out for the fault in it'})
      continue
    }
    const {faults: own, ...host} = readReservation(reservation)
    for (const entry of host.entries) entries.push(entry)
    for (const reason of own) rejects.push({...at, reason})
  }
  if (entries.length === 0 && rejects.length === 0 && !isWhole(value)) {
    rejects.push({text: '', reason: 'has neither Dhcp4 nor Dhcp6'})
  }
  return {entries, rejects, includes}
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isWhole(value: unknown): value is JsonObject {
  return isObject(value) && (isObject(value.Dhcp4) || isObject(value.Dhcp6))
}

/** The parts of a whole file; a piece is a list of reservations or of what has them, or an object. */
function placesOf(value: unknown): readonly Place[] {
  if (isWhole(value)) return ['Dhcp4', 'Dhcp6'].map((part): Place => [part, value[part]])
  const isReservations = Array.isArray(value) && value.some((item) => isObject(item) && 'hw-address' in item)
  return [['', value, isReservations]]
}

/** `list`: of reservations, in which it stands. */
type Place = readonly [path: string, value: unknown, isReservations?: boolean, list?: unknown]

/** All reservations below a value with their paths, in file order; nested as deep as it likes. */
function* reservationsOf(root: Place): Generator<Place> {
  const open: Place[] = [root]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value, isReservations] = next
    if (Array.isArray(value)) {
      const items = value.map((item, index): Place => [below(path, `[${index}]`), item])
      if (isReservations) for (const [at, item] of items) yield [at, item, false, value]
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
  const mac = typeof hardware === 'string' ? readHardware(hardware) : undefined
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

/** Kea takes an address with colons, blanks or nothing between its bytes, and with 0x in front (Host::Host). */
function readHardware(text: string): string | undefined {
  const bare = text.trim().replace(/^0x/i, '')
  const bytes = /^[0-9a-f]{12}$/i.test(bare) ? (bare.match(/../g) ?? []) : bare.split(' ')
  return readMac(bytes.length === 6 ? bytes.join(':') : text)
}
