import type {Change} from '../../src/domain/inventory/changes.js'
import type {InventoryConflict, InventoryUpdate} from '../../src/domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {groupMachines, identityOf, type MachineRecords} from '../../src/domain/machine/machine-records.js'
import {factsOf, insertAfterHost, isSame} from '../../src/lib/merge-scans.js'

export interface UpdatedRecords extends InventoryUpdate {
  readonly records: readonly InventoryRecord[]
}

export interface Edits {
  /** The machines a person was shown, whole. */
  readonly before: readonly InventoryRecord[]
  /** What the person made of them. */
  readonly after: readonly InventoryRecord[]
}

/**
 * Puts what a person changed into the records as they are now. Only the difference between `before` and `after` counts;
 * a machine whose facts became others meanwhile stays as it is and is a conflict, and so is a new machine that is there
 * already. Records of changed and new machines have the source `hand`; all others stay the very objects they were.
 */
export function applyEdits(records: readonly InventoryRecord[], {before, after}: Edits): UpdatedRecords {
  const shown = byIdentity(before)
  const drafted = byIdentity(after)
  const changes: Change[] = []
  const conflicts: InventoryConflict[] = []
  const replacements = new Map<string, readonly InventoryRecord[]>()
  const present = new Set<string>()
  for (const now of groupMachines(records)) {
    const identity = identityOf(now[0])
    present.add(identity)
    const wanted = drafted.get(identity)
    const known = shown.get(identity)
    if (!isEdited(known, wanted)) continue
    const isOurs = known !== undefined && factsOf(known) === factsOf(now)
    if (!isOurs) {
      if (wanted !== undefined && factsOf(wanted) === factsOf(now)) continue
      const reason = known === undefined ? 'is in the inventory already' : 'was changed by others meanwhile'
      conflicts.push({record: now[0], reason: `${reason}; it was left as it is`})
    } else if (wanted === undefined) {
      replacements.set(identity, [])
      changes.push({what: 'gone', record: now[0]})
    } else {
      const edited = mapMachine(wanted, (record) => byHand(seenLast(record, known, now)))
      replacements.set(identity, edited)
      changes.push({what: 'changed', record: edited[0]})
    }
  }
  const added: MachineRecords[] = []
  for (const [identity, machine] of drafted) {
    if (present.has(identity)) continue
    const known = shown.get(identity)
    if (known === undefined) added.push(mapMachine(machine, byHand))
    else if (isEdited(known, machine)) {
      conflicts.push({record: machine[0], reason: 'was dropped by others meanwhile; the change to it was left out'})
    }
  }
  return {
    records: replaceMachines(records, replacements, added),
    changes: [...changes, ...added.map(([record]): Change => ({what: 'added', record}))],
    conflicts,
  }
}

function isEdited(before: MachineRecords | undefined, after: MachineRecords | undefined): boolean {
  return before === undefined || after === undefined ? before !== after : !isSame(before, after)
}

/** A machine that was only seen again meanwhile keeps the later time, unless the person gave another. */
function seenLast(record: InventoryRecord, [known]: MachineRecords, [now]: MachineRecords): InventoryRecord {
  return record.observedAt === known.observedAt ? {...record, observedAt: now.observedAt} : record
}

function byHand(record: InventoryRecord): InventoryRecord {
  return {...record, source: 'hand'}
}

export function byIdentity(records: readonly InventoryRecord[]): ReadonlyMap<string, MachineRecords> {
  return new Map(groupMachines(records).map((machine) => [identityOf(machine[0]), machine]))
}

export function mapMachine(
  [first, ...rest]: MachineRecords,
  change: (record: InventoryRecord) => InventoryRecord,
): MachineRecords {
  return [change(first), ...rest.map(change)]
}

/** Machines with a replacement are replaced at the place of their first record; an empty one takes them out. */
export function replaceMachines(
  records: readonly InventoryRecord[],
  replacements: ReadonlyMap<string, readonly InventoryRecord[]>,
  added: readonly MachineRecords[],
): readonly InventoryRecord[] {
  const placed = new Set<string>()
  const kept = records.flatMap((record) => {
    const identity = identityOf(record)
    const replacement = replacements.get(identity)
    if (replacement === undefined) return [record]
    if (placed.has(identity)) return []
    placed.add(identity)
    return replacement
  })
  return insertAfterHost(kept, added)
}
