import {ConfigError, CtysError, LookupError, UsageError} from '../../domain/errors.js'
import type {FileFault, InventoryFiles} from '../../domain/inventory/inventory-files.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {groupMachines, identityOf} from '../../domain/machine/machine-records.js'
import type {UpdateResult} from '../../domain/results/inventory.js'
import {faultLine} from '../../lib/fault-line.js'
import {pastable} from '../../lib/shell-quote.js'
import {shorten} from '../../lib/shorten.js'
import {longWordFaults, parseFindQuery} from '../../query/language/find.js'
import {evaluateQuery} from '../../query/query.js'

/** A private file in which a person changes a text. */
export interface Draft {
  readonly path: string
  /** Lets the person work on it. Throws ConfigError when the editor could not be started or failed. */
  edit(): Promise<void>
  /** Shows what is wrong and asks whether to go on; false where nobody can be asked. */
  askAgain(faults: readonly string[]): Promise<boolean>
  /** True when it is not the text it was at first. */
  hasChanges(): Promise<boolean>
  discard(): Promise<void>
}

export interface EditOptions {
  readonly createDraft: (text: Buffer) => Promise<Draft>
  readonly now: Date
  readonly signal: AbortSignal
}

const heading = `# The inventory of ctys. Save and leave: what is different then is put into the inventory.
# A machine that is taken out here is taken out there; an empty file is an error and changes nothing.
`

/**
 * `ctys inventory edit [WORD...]`: lets a person edit the machines, or those that fit the words, which are
 * those of `ctys find`. A draft with faults is
 * edited again or refused, and then kept; a value the inventory has wrong already does no harm while it stays.
 */
export async function editInventory(
  words: readonly string[],
  files: InventoryFiles,
  {createDraft, now, signal}: EditOptions,
): Promise<UpdateResult> {
  const faults: string[] = [...longWordFaults(words)]
  const query = faults.length > 0 ? undefined : parseFindQuery(words, faults)
  if (query === undefined) throw new UsageError(faults, 'the words are those of ctys find: ctys find --help')
  const {records} = await files.readWritten()
  const before = wholeMachines(records, evaluateQuery(query, records, {now}))
  if (before.length === 0 && words.length > 0) {
    const asked = shorten(words.join(' '))
    throw new LookupError('MACHINE_NOT_FOUND', `nothing in the inventory ${files.location} fits ${asked}`, {
      hint: `ctys find ${words.map(pastable).join(' ')} asks all databases and the address map`,
    })
  }
  const draft = await createDraft(Buffer.concat([Buffer.from(heading), files.format(before, 'yaml')]))
  let isDone = false
  try {
    const after = await editUntilValid(draft, before, files)
    const update = await files.applyEdits({before, after}, signal)
    isDone = update.conflicts.length === 0
    const kept = isDone ? {} : {kept: draft.path}
    return {kind: 'inventory update', by: 'edit', location: files.location, ...update, ...kept}
  } catch (error) {
    throw (await draft.hasChanges()) ? withPlace(error, draft.path) : error
  } finally {
    if (isDone || !(await draft.hasChanges())) await draft.discard()
  }
}

/** A machine with one interface that fits is edited with all of them. */
function wholeMachines(
  records: readonly InventoryRecord[],
  fitting: readonly InventoryRecord[],
): readonly InventoryRecord[] {
  const wanted = new Set(fitting.map(identityOf))
  return records.filter((record) => wanted.has(identityOf(record)))
}

async function editUntilValid(
  draft: Draft,
  before: readonly InventoryRecord[],
  files: InventoryFiles,
): Promise<readonly InventoryRecord[]> {
  for (;;) {
    await draft.edit()
    if (!(await draft.hasChanges())) return before
    const {records, faults} = await files.readFile(draft.path)
    const own = faultsOfChanges(faults, before, records)
    if (own.length === 0) return records
    const lines = own.map(faultLine)
    if (!(await draft.askAgain(lines))) {
      throw new ConfigError('INVENTORY_FORMAT', `${draft.path} is not an inventory; nothing was changed`, {
        details: lines,
      })
    }
  }
}

/** Without those of values in machines that are the same, in every field, as before. */
function faultsOfChanges(
  faults: readonly FileFault[],
  before: readonly InventoryRecord[],
  after: readonly InventoryRecord[],
): readonly FileFault[] {
  if (faults.length === 0) return faults
  const known = machineTexts(before)
  const edited = machineTexts(after)
  return faults.filter(({record}) => {
    const identity = record === undefined ? undefined : identityOf(record)
    return identity === undefined || known.get(identity) !== edited.get(identity)
  })
}

function machineTexts(records: readonly InventoryRecord[]): ReadonlyMap<string, string> {
  return new Map(groupMachines(records).map((machine) => [identityOf(machine[0]), JSON.stringify(machine)]))
}

function withPlace(error: unknown, path: string): unknown {
  if (!(error instanceof CtysError)) return error
  const {code, message, details} = error
  const hint = `what was edited is kept in ${path}`
  return new ConfigError(code, message, {hint, ...(details !== undefined && {details}), cause: error})
}
