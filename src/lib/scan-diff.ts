/**
 * What a merge did, fact by fact. A machine that is gone and one that was added are one that moved when they have the
 * same type and UUID, or when every fact but the path is the same; each is paired once. Pure.
 */

import type {Change} from '../domain/inventory/changes.js'
import {
  circumstances,
  type InventoryRecord,
  type RecordField,
  recordFields,
} from '../domain/inventory/inventory-record.js'
import type {Difference, FieldChange} from '../domain/machine/difference.js'
import {groupByIdentity, identityOf, type MachineRecords} from '../domain/machine/machine-records.js'
import {normalized} from './merge-scans.js'

/** `before` and `after` hold at least the machines the changes are about. */
export function explainChanges(
  changes: readonly Change[],
  before: readonly InventoryRecord[],
  after: readonly InventoryRecord[],
): readonly Difference[] {
  if (changes.length === 0) return []
  const old = groupByIdentity(before)
  const young = groupByIdentity(after)
  const added = changes.filter(({what}) => what === 'added')
  const gone = changes.filter(({what}) => what === 'gone')
  const moves = pairMoves(
    gone.map(({record}) => old.get(identityOf(record)) ?? [record]),
    added.map(({record}) => young.get(identityOf(record)) ?? [record]),
  )
  const left = new Set([...moves.values()].map(([record]) => identityOf(record)))
  return changes.flatMap((change): Difference[] => {
    const {what, record} = change
    const identity = identityOf(record)
    if (what === 'gone') return left.has(identity) ? [] : [change]
    const now = young.get(identity) ?? [record]
    if (what === 'changed') return [{what, record, fields: fieldChanges(old.get(identity) ?? [record], now)}]
    const from = moves.get(identity)
    if (from === undefined) return [change]
    const {host, id} = from[0]
    return [{what: 'moved', record, from: {host, id}, fields: fieldChanges(from, now)}]
  })
}

/** By identity of the added machine: where it was before. */
function pairMoves(
  gone: readonly MachineRecords[],
  added: readonly MachineRecords[],
): ReadonlyMap<string, MachineRecords> {
  const moves = new Map<string, MachineRecords>()
  if (gone.length === 0 || added.length === 0) return moves
  const taken = new Set<MachineRecords>()
  for (const keyOf of [uuidKey, factsKey]) {
    const left = groupBy(
      gone.filter((machine) => !taken.has(machine)),
      keyOf,
    )
    for (const machine of added) {
      const identity = identityOf(machine[0])
      const key = keyOf(machine)
      const from = key === undefined || moves.has(identity) ? undefined : left.get(key)?.shift()
      if (from === undefined) continue
      moves.set(identity, from)
      taken.add(from)
    }
  }
  return moves
}

type KeyOf = (machine: MachineRecords) => string | undefined

/** The same UUID is the same machine on any host. */
function uuidKey([{type, uuid}]: MachineRecords): string | undefined {
  return uuid === '' ? undefined : `${type.toUpperCase()}\0${normalized('uuid', uuid)}`
}

/** Without a UUID only on the same host, and only a machine with a network card, which no template has. */
function factsKey(machine: MachineRecords): string | undefined {
  if (machine.every(({mac}) => mac === '')) return undefined
  const facts = machine.map((record) => compared.map((field) => normalized(field, record[field])))
  return JSON.stringify(facts)
}

const compared = recordFields.filter((field) => !circumstances.has(field) && field !== 'id')

function groupBy(machines: readonly MachineRecords[], keyOf: KeyOf): ReadonlyMap<string, MachineRecords[]> {
  const groups = new Map<string, MachineRecords[]>()
  for (const machine of machines) {
    const key = keyOf(machine)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [machine])
    else group.push(machine)
  }
  return groups
}

const silent: ReadonlySet<RecordField> = new Set([...circumstances, 'host', 'id'])

/** By interface; where the numbers of interfaces differ, missing ones count as empty. */
function fieldChanges(before: MachineRecords, after: MachineRecords): readonly FieldChange[] {
  const several = before.length > 1 || after.length > 1
  const changes: FieldChange[] = []
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const [old, young] = [before[index], after[index]]
    const ifName = young?.ifName || old?.ifName || String(index)
    for (const field of recordFields) {
      if (silent.has(field)) continue
      const [was, is] = [old?.[field] ?? '', young?.[field] ?? '']
      if (normalized(field, was) === normalized(field, is)) continue
      const isShared = index > 0 && old !== undefined && young !== undefined && !perInterface.has(field)
      if (!isShared) changes.push({field, ...(several && {ifName}), before: was, after: is})
    }
  }
  return changes
}

/** Everything else is the same in every record of a machine, and is told once. */
const perInterface: ReadonlySet<RecordField> = new Set([
  'mac',
  'tcp',
  'netName',
  'ifName',
  'netmask',
  'gateway',
  'relay',
])
