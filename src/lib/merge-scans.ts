import {hostKey} from '../domain/host-name.js'
import type {Change} from '../domain/inventory/changes.js'
import {
  circumstances,
  classicFieldCount,
  type InventoryRecord,
  type RecordField,
  recordFields,
} from '../domain/inventory/inventory-record.js'
import {classicValues} from '../domain/inventory/record-text.js'
import {normalizeMac, normalizeUuid} from '../domain/machine/machine-address.js'
import {groupByIdentity, type MachineRecords} from '../domain/machine/machine-records.js'
import type {HostScan} from '../domain/ports/ports.js'

export interface Merged {
  readonly records: readonly InventoryRecord[]
  /** One for each machine, with its first record: the new one, or the old one of a machine that is gone. */
  readonly changes: readonly Change[]
}

/**
 * Puts what hosts answered over what was known. A machine is replaced with all its interfaces at the place of its first
 * record, a new one follows the last record of its host. A machine is gone when its host answered for its type, a root
 * above it was searched, and it was neither found nor among the files that could not be read. Everything else stays the
 * very object it was, and so does a record that is the same in every field.
 */
export function mergeScans(records: readonly InventoryRecord[], scans: readonly HostScan[]): Merged {
  const found = new Map<string, MachineRecords>()
  for (const scan of scans)
    for (const [identity, machine] of groupByIdentity(scan.records)) found.set(identity, machine)

  const scopes = scopesOf(scans)
  const changes: Change[] = []
  const known = groupByIdentity(records)
  /** What stands in the place of a record. */
  const replacements = new Map<InventoryRecord, readonly InventoryRecord[]>()
  const replace = (machine: MachineRecords, by: readonly InventoryRecord[]): void => {
    for (const record of machine) replacements.set(record, record === machine[0] ? by : [])
  }
  for (const [identity, machine] of known) {
    const seen = found.get(identity)
    if (seen !== undefined) {
      const difference = differenceOf(machine, seen)
      if (difference !== 'none') replace(machine, seen)
      if (difference === 'facts') changes.push({what: 'changed', record: seen[0]})
    } else if (isGone(machine[0].id, scopes.get(scopeKey(machine[0])) ?? [])) {
      replace(machine, [])
      changes.push({what: 'gone', record: machine[0]})
    }
  }
  const kept: InventoryRecord[] = []
  for (const record of records) {
    const instead = replacements.get(record)
    if (instead === undefined) kept.push(record)
    else kept.push(...instead)
  }
  const added = [...found].filter(([identity]) => !known.has(identity)).map(([, machine]) => machine)
  return {
    records: insertAfterHost(kept, added),
    changes: [...changes, ...added.map(([record]): Change => ({what: 'added', record}))],
  }
}

type Scope = Pick<HostScan, 'searched' | 'kept'>

/** What was searched on each host for each type, by all its scans together. */
function scopesOf(scans: readonly HostScan[]): ReadonlyMap<string, readonly Scope[]> {
  const scopes = new Map<string, Scope[]>()
  for (const scan of scans) {
    const key = scopeKey(scan)
    scopes.set(key, [...(scopes.get(key) ?? []), scan])
  }
  return scopes
}

function scopeKey({host, type}: {readonly host: string; readonly type: string}): string {
  return `${hostKey(host)}\0${type.toUpperCase()}`
}

function isGone(id: string, scopes: readonly Scope[]): boolean {
  return (
    scopes.some(({searched}) => searched.some((root) => isBelow(id, root))) &&
    !scopes.some(({kept}) => kept.some((path) => isBelow(id, path)))
  )
}

/** True for the path itself too. The empty root is above everything; an unknown path is below nothing else. */
function isBelow(path: string, root: string): boolean {
  if (root === '') return true
  return path !== '' && (path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`))
}

export function isSame(known: MachineRecords, seen: MachineRecords): boolean {
  return differenceOf(known, seen) === 'none'
}

const factFields = recordFields.filter((field) => !circumstances.has(field))

type Extent = 'none' | 'circumstances' | 'facts'

/** Field for field, which settles most machines of a scan in a fraction of the time of `factsOf`. */
function differenceOf(known: MachineRecords, seen: MachineRecords): Extent {
  const differences = known.map((record, index) => recordDifference(record, seen[index]))
  if (known.length === seen.length) {
    if (differences.every((difference) => difference === 'none')) return 'none'
    if (!differences.includes('facts')) return 'circumstances'
  }
  return factsOf(known) === factsOf(seen) ? 'circumstances' : 'facts'
}

const classicFacts = recordFields.slice(0, classicFieldCount).map((field) => !circumstances.has(field))
const ownFields = recordFields.slice(classicFieldCount)

function recordDifference(known: InventoryRecord, seen: InventoryRecord | undefined): Extent {
  if (seen === undefined) return 'facts'
  const [old, young] = [classicValues(known), classicValues(seen)]
  let extent: Extent = 'none'
  for (let index = 0; index < classicFieldCount; index++) {
    if (old[index] === young[index]) continue
    if (classicFacts[index]) return 'facts'
    extent = 'circumstances'
  }
  const changed = ownFields.filter((field) => known[field] !== seen[field])
  if (changed.length === 0) return extent
  const isFact = (field: RecordField) =>
    !circumstances.has(field) && normalized(field, known[field]) !== normalized(field, seen[field])
  return changed.some(isFact) ? 'facts' : 'circumstances'
}

/** The facts of a machine in one string: the same however they are spelled, ordered or repeated. */
export function factsOf(machine: MachineRecords): string {
  const interfaces = machine.map((record) =>
    JSON.stringify(factFields.map((field) => normalized(field, record[field]))),
  )
  return [...new Set(interfaces)].sort().join('\n')
}

export function normalized(field: RecordField, value: string): string {
  if (field === 'uuid') return normalizeUuid(value)
  if (field === 'mac') return normalizeMac(value)
  // since when is told by whoever looked, with his clock
  if (field === 'suspended') return value === '' ? '' : 'yes'
  if (field === 'host') return hostKey(value)
  return field === 'type' ? value.toLowerCase() : value
}

export function insertAfterHost(
  records: readonly InventoryRecord[],
  added: readonly MachineRecords[],
): readonly InventoryRecord[] {
  if (added.length === 0) return records
  const byHost = new Map<string, InventoryRecord[]>()
  for (const machine of added) {
    const host = hostKey(machine[0].host)
    const others = byHost.get(host)
    if (others === undefined) byHost.set(host, [...machine])
    else others.push(...machine)
  }
  const lastOf = new Map(records.map(({host}, index) => [hostKey(host), index]))
  const result = records.flatMap((record, index) => {
    const host = hostKey(record.host)
    return lastOf.get(host) === index ? [record, ...(byHost.get(host) ?? [])] : [record]
  })
  return [...result, ...[...byHost].filter(([host]) => !lastOf.has(host)).flatMap(([, machines]) => machines)]
}
