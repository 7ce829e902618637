import type {Change} from '../../src/domain/inventory/changes.js'
import type {InventoryConflict, InventoryFile} from '../../src/domain/inventory/inventory-files.js'
import {
  circumstances,
  type InventoryRecord,
  type RecordField,
  recordFields,
} from '../../src/domain/inventory/inventory-record.js'
import {groupMachines, identityOf, type MachineRecords} from '../../src/domain/machine/machine-records.js'
import {factsOf, isSame} from '../../src/lib/merge-scans.js'
import {byIdentity, mapMachine, replaceMachines, type UpdatedRecords} from './apply-edits.js'

/**
 * Puts other inventories into the records, one after the other. A machine that is not there is added. Of a machine that
 * is there the side that saw it later wins, with all its interfaces; where neither did, ours stays. Every machine the
 * two have different facts about is told as a conflict. What comes in and says of no source has the source `import`.
 */
export function mergeDatabases(records: readonly InventoryRecord[], files: readonly InventoryFile[]): UpdatedRecords {
  const machines = new Map(byIdentity(records))
  const changes = new Map<string, Change>()
  const conflicts: InventoryConflict[] = []
  const replacements = new Map<string, readonly InventoryRecord[]>()
  const added = new Map<string, MachineRecords>()
  const known = new Set(machines.keys())
  for (const {file, records: others} of files) {
    for (const machine of groupMachines(others)) {
      const identity = identityOf(machine[0])
      const ours = machines.get(identity)
      const differs = ours !== undefined && factsOf(ours) !== factsOf(machine)
      const wins = ours === undefined || lastSeen(machine) > lastSeen(ours)
      if (differs) conflicts.push({record: ours[0], reason: conflictText({ours, theirs: machine, file, wins})})
      if (!wins || (ours !== undefined && isSame(ours, machine))) continue
      const theirs = mapMachine(machine, (record) => (record.source === '' ? {...record, source: 'import'} : record))
      machines.set(identity, theirs)
      if (known.has(identity)) replacements.set(identity, theirs)
      else added.set(identity, theirs)
      if (ours === undefined) changes.set(identity, {what: 'added', record: theirs[0]})
      else if (differs) {
        changes.set(identity, {what: changes.get(identity)?.what ?? 'changed', record: theirs[0]})
      }
    }
  }
  return {
    records: replaceMachines(records, replacements, [...added.values()]),
    changes: [...changes.values()],
    conflicts,
  }
}

/** ISO 8601 in one form compares as text; '' is never. What has another form was not written by ctys and is never too. */
function lastSeen(machine: MachineRecords): string {
  const times = machine
    .map(({observedAt}) => observedAt)
    .filter((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time))
  return times.sort().at(-1) ?? ''
}

interface Sides {
  readonly ours: MachineRecords
  readonly theirs: MachineRecords
  readonly file: string
  readonly wins: boolean
}

function conflictText({ours, theirs, file, wins}: Sides): string {
  const fields = differingFields(ours, theirs)
  const which = fields.length === 0 ? 'the interfaces' : fields.join(', ')
  const seen = (machine: MachineRecords) => lastSeen(machine) || 'at an unknown time'
  return wins
    ? `${which} differ in ${file}: taken from there, seen ${seen(theirs)} (ours ${seen(ours)})`
    : `${which} differ in ${file}: ours kept, seen ${seen(ours)} (there ${seen(theirs)})`
}

function differingFields(ours: MachineRecords, theirs: MachineRecords): readonly string[] {
  const values = (machine: MachineRecords, field: RecordField) =>
    [...new Set(machine.map((record) => record[field]))].sort().join('\0')
  return recordFields.filter((field) => !circumstances.has(field) && values(ours, field) !== values(theirs, field))
}
