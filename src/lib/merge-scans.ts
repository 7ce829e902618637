import {circumstances, type InventoryRecord, type RecordField, recordFields} from '../domain/inventory-record.js'
import {normalizeMac, normalizeUuid} from '../domain/machine-address.js'
import {groupMachines, identityOf, type MachineRecords} from '../domain/machine-records.js'
import type {Change, HostScan} from '../domain/ports.js'

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
    for (const machine of groupMachines(scan.records)) found.set(identityOf(machine[0]), machine)

  const scopes = scopesOf(scans)
  const changes: Change[] = []
  const replacements = new Map<string, readonly InventoryRecord[]>()
  for (const known of groupMachines(records)) {
    const identity = identityOf(known[0])
    const seen = found.get(identity)
    if (seen !== undefined) {
      replacements.set(identity, isSame(known, seen) ? known : seen)
      if (!isSameFacts(known, seen) && factsOf(known) !== factsOf(seen))
        changes.push({what: 'changed', record: seen[0]})
    } else if (isGone(known[0].id, scopes.get(scopeKey(known[0])) ?? [])) {
      replacements.set(identity, [])
      changes.push({what: 'gone', record: known[0]})
    }
  }
  const kept: InventoryRecord[] = []
  const placed = new Set<string>()
  for (const record of records) {
    const identity = identityOf(record)
    const replacement = replacements.get(identity)
    if (replacement === undefined) kept.push(record)
    else if (!placed.has(identity)) kept.push(...replacement)
    placed.add(identity)
  }
  const added = [...found].filter(([identity]) => !placed.has(identity)).map(([, machine]) => machine)
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
  return `${host.toLowerCase()}\0${type.toUpperCase()}`
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
  return (
    known.length === seen.length &&
    known.every((record, index) => recordFields.every((field) => record[field] === seen[index]?.[field]))
  )
}

const factFields = recordFields.filter((field) => !circumstances.has(field))

/** Field for field, which settles most machines of a scan in a fraction of the time of `factsOf`. */
function isSameFacts(known: MachineRecords, seen: MachineRecords): boolean {
  return (
    known.length === seen.length &&
    known.every((record, index) => factFields.every((field) => record[field] === seen[index]?.[field]))
  )
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
  return field === 'host' || field === 'type' ? value.toLowerCase() : value
}

export function insertAfterHost(
  records: readonly InventoryRecord[],
  added: readonly MachineRecords[],
): readonly InventoryRecord[] {
  const byHost = new Map<string, InventoryRecord[]>()
  for (const machine of added) {
    const host = machine[0].host.toLowerCase()
    const others = byHost.get(host)
    if (others === undefined) byHost.set(host, [...machine])
    else others.push(...machine)
  }
  const lastOf = new Map(records.map(({host}, index) => [host.toLowerCase(), index]))
  const result = records.flatMap((record, index) => {
    const host = record.host.toLowerCase()
    return lastOf.get(host) === index ? [record, ...(byHost.get(host) ?? [])] : [record]
  })
  return [...result, ...[...byHost].filter(([host]) => !lastOf.has(host)).flatMap(([, machines]) => machines)]
}
