import {isIP} from 'node:net'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {normalizeUuid} from '../../src/domain/machine/machine-address.js'
import {groupMachines, identityOf} from '../../src/domain/machine/machine-records.js'
import type {NetworkEntry} from '../../src/domain/network/network-entry.js'
import {listNames} from '../../src/lib/list-names.js'
import {readIp, readMac} from '../../src/lib/network-address.js'

export interface FillConflict {
  readonly record: InventoryRecord
  readonly reason: string
}

export interface FilledRecords {
  /** In the order given; a record nothing was filled into is the very object it was. */
  readonly records: readonly InventoryRecord[]
  readonly filled: number
  /** Records that lack something and still do, because the entries contradict them or each other. */
  readonly conflicts: readonly FillConflict[]
}

/**
 * Fills what records lack from the address map: the MAC address by IP address or name, the IP address and network name
 * by MAC address. Joined by the first of MAC address, IP address, network name and label that is in the map, names
 * without regard to case; the label stands only for machines with one interface. What a record has is never changed,
 * an IP address of the map only taken when it is the only one of its family, IPv4 before IPv6.
 */
export function fillFromMacmap(records: readonly InventoryRecord[], entries: readonly NetworkEntry[]): FilledRecords {
  const map = createEntryIndex(entries)
  const isSingle = createSingleTest(records)
  const proposals = records.map((record) => propose(record, map, isSingle))
  const contested = contestedMacs(records, proposals)
  const conflicts: FillConflict[] = []
  let filled = 0
  const result = records.map((record, index) => {
    const {facts, reasons} = proposals[index] ?? nothing
    for (const reason of reasons) conflicts.push({record, reason})
    if (facts === undefined) return record
    if (facts.mac !== undefined && contested.has(facts.mac)) {
      conflicts.push({record, reason: `${facts.mac} would belong to more than one machine`})
      return record
    }
    filled++
    const {mac = record.mac, tcp = record.tcp, netName = record.netName} = facts
    return {...record, mac, tcp, netName}
  })
  return {records: result, filled, conflicts}
}

type EntryKind = 'mac' | 'ip' | 'name'
type EntryIndex = Readonly<Record<EntryKind, (value: string) => readonly NetworkEntry[] | undefined>>

/** Each kind is indexed when it is first asked for: most inventories join by MAC address alone. */
function createEntryIndex(entries: readonly NetworkEntry[]): EntryIndex {
  const lookup = (kind: EntryKind) => {
    let index: Map<string, NetworkEntry[]> | undefined
    return (value: string): readonly NetworkEntry[] | undefined => {
      index ??= indexEntries(entries, kind)
      return value === '' ? undefined : index.get(kind === 'name' ? value.toLowerCase() : value)
    }
  }
  return {mac: lookup('mac'), ip: lookup('ip'), name: lookup('name')}
}

function indexEntries(entries: readonly NetworkEntry[], kind: EntryKind): Map<string, NetworkEntry[]> {
  const index = new Map<string, NetworkEntry[]>()
  for (const entry of entries) {
    const key = kind === 'name' ? entry.name.toLowerCase() : entry[kind]
    const others = index.get(key)
    if (others === undefined) index.set(key, [entry])
    else others.push(entry)
  }
  return index
}

type SingleTest = (record: InventoryRecord) => boolean

/** True for the record of a machine with one interface. */
function createSingleTest(records: readonly InventoryRecord[]): SingleTest {
  let single: ReadonlySet<InventoryRecord> | undefined
  return (record) => {
    single ??= new Set(groupMachines(records).flatMap((machine) => (machine.length === 1 ? machine : [])))
    return single.has(record)
  }
}

interface Facts {
  readonly mac?: string
  readonly tcp?: string
  readonly netName?: string
}

interface Proposal {
  readonly facts?: Facts
  readonly reasons: readonly string[]
}

const nothing: Proposal = {reasons: []}

interface Found {
  readonly key: string
  readonly entries: readonly NetworkEntry[]
}

function propose(record: InventoryRecord, map: EntryIndex, isSingle: SingleTest): Proposal {
  if (record.mac !== '' && record.tcp !== '' && record.netName !== '') return nothing
  const mac = readMac(record.mac) ?? record.mac
  const ip = record.tcp === '' ? '' : (readIp(record.tcp) ?? '')
  const found = findEntries({record, mac, ip}, map, isSingle)
  if (found === undefined) return nothing
  const fitting = found.entries.filter(
    (entry) => (mac === '' || entry.mac === mac) && (ip === '' || entry.ip === ip || isIP(entry.ip) !== isIP(ip)),
  )
  if (fitting.length > 0) return takeMissing(record, fitting, found.key)
  const others = listNames([...new Set(found.entries.map((entry) => [entry.name, entry.ip, entry.mac].join(';')))])
  return {reasons: [`${found.key} is ${others} in the address map`]}
}

/** By the first of its keys that is in the map. */
function findEntries(
  {record, mac, ip}: {readonly record: InventoryRecord; readonly mac: string; readonly ip: string},
  map: EntryIndex,
  isSingle: SingleTest,
): Found | undefined {
  const tries: readonly (readonly [EntryKind, string])[] = [
    ['mac', mac],
    ['ip', ip],
    ['name', record.netName],
    ['name', ip === '' ? record.tcp : ''],
  ]
  for (const [kind, value] of tries) {
    const entries = map[kind](value)
    if (entries !== undefined) return {key: `${kind} ${kind === 'name' ? value.toLowerCase() : value}`, entries}
  }
  const entries = map.name(record.label)
  if (entries === undefined || !isSingle(record)) return undefined
  return {key: `name ${record.label.toLowerCase()}`, entries}
}

function takeMissing(record: InventoryRecord, entries: readonly NetworkEntry[], key: string): Proposal {
  const reasons: string[] = []
  const missing = (field: keyof Facts, kind: EntryKind, among = entries): Facts => {
    if (record[field] !== '') return {}
    const values = new Map<string, string>()
    for (const entry of among) if (entry[kind] !== '') values.set(entry[kind].toLowerCase(), entry[kind])
    const [value] = values.values()
    if (values.size > 1)
      reasons.push(`${key} has more than one ${field} in the address map: ${listNames([...values.values()])}`)
    return value === undefined || values.size > 1 ? {} : {[field]: value}
  }
  const mac = missing('mac', 'mac')
  // without its MAC address nobody knows which of the interfaces is meant
  if (record.mac === '' && mac.mac === undefined) return {reasons}
  const ofFour = entries.filter(({ip}) => isIP(ip) === 4)
  const tcp = missing('tcp', 'ip', ofFour.length > 0 ? ofFour : entries)
  const facts = {...mac, ...tcp, ...missing('netName', 'name')}
  return Object.keys(facts).length === 0 ? {reasons} : {facts, reasons}
}

/** MAC addresses that were proposed and would then belong to several machines; one UUID is one machine, whoever sees it. */
function contestedMacs(records: readonly InventoryRecord[], proposals: readonly Proposal[]): ReadonlySet<string> {
  const proposed = new Set(proposals.flatMap(({facts}) => facts?.mac ?? []))
  const contested = new Set<string>()
  if (proposed.size === 0) return contested
  const owners = new Map<string, string>()
  for (const [index, record] of records.entries()) {
    const mac = proposals[index]?.facts?.mac ?? readMac(record.mac)
    if (mac === undefined || !proposed.has(mac)) continue
    const owner = record.uuid === '' ? identityOf(record) : normalizeUuid(record.uuid)
    if (owner !== (owners.get(mac) ?? owner)) contested.add(mac)
    owners.set(mac, owner)
  }
  return contested
}
