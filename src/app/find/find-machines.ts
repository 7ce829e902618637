import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {RecordOutput} from '../../domain/inventory/record-output.js'
import type {RecordOrder, ShownColumn} from '../../domain/inventory/shown-column.js'
import {hostType} from '../../domain/machine/session-types.js'
import type {InventoryStore} from '../../domain/ports/ports.js'
import type {AskedHosts, FindResult} from '../../domain/results/find.js'
import {given} from '../../lib/given.js'
import {parseClassicQuery} from '../../query/language/classic.js'
import {isPlainWord, longWordFaults, parseFindQuery} from '../../query/language/find.js'
import {unquotedQuestion} from '../../query/language/quoted-question.js'
import {parseSelection} from '../../query/language/selection.js'
import {neededTexts} from '../../query/needles.js'
import {inOrder} from '../../query/order.js'
import {findColumns, parseOrder} from '../../query/output/find-columns.js'
import {parseOutputList} from '../../query/output/parse.js'
import {inventoryColumns, liveColumns} from '../../query/output/parse-fields.js'
import {evaluateQuery, everything, type Query} from '../../query/query.js'
import {type RecordRange, type RecordSelection, selectRecords} from '../../query/selection.js'
import {adviceFor} from './advice.js'

/** A question to the inventory, as the command got it. */
export interface FindInput {
  readonly words: readonly string[]
  /** The words are in the language of ctys-vhost, and so is the answer. */
  readonly classic?: boolean
  /** -o: fields and layout. */
  readonly output?: string | undefined
  /** -M, -c and -T of ctys-vhost. */
  readonly pick?: string | undefined
  readonly cost?: string | undefined
  readonly types?: string | undefined
  /** Records of hosts themselves too. */
  readonly hosts?: boolean | undefined
  /** Fields to put the records in order by, `-` before one that goes backwards. */
  readonly sort?: string | undefined
  /** -r: the hosts are asked what runs, so `live` is a column too. */
  readonly runtime?: boolean
}

/**
 * `ctys find WORD...` and `ctys vhost`: asks the inventory, opens no connection. Throws UsageError with all faults.
 * `hosts`: what hosts were asked before, to be told beside the answer.
 */
export async function findMachines(
  asked: FindInput,
  inventory: InventoryStore,
  now: Date,
  hosts?: AskedHosts,
): Promise<FindResult> {
  const {words, classic = false, output, pick, cost, types, sort} = asked
  const asksMore = classic || [output, pick, cost, types, sort].some((option) => option !== undefined)
  if (!asksMore && words.every(isPlainWord)) {
    // the common question reads only the lines that can matter
    const {records: fitting, rejects: met} = await inventory.find(words)
    const records = asked.hosts === true ? fitting : fitting.filter(isMachine)
    const none = records.length === 0
    const size = none ? await inventory.count() : records.length
    // "nothing fits" is only said with every line that could not be read
    const known = {location: inventory.location, size, rejects: none ? await inventory.rejects() : met}
    const unquoted = none ? unquotedQuestion(words) : undefined
    const advice = none ? await adviceFor(words, inventory, size, fitting.length) : undefined
    return {kind: 'find', records, inventory: known, ...given({unquoted, advice, asked: hosts})}
  }
  const question = readQuestion(asked)
  const needed = question.selection.pick === 'complement' ? undefined : neededTexts(question.query)
  const all = needed === undefined ? await inventory.all() : await inventory.holding(needed)
  const read = question.hosts ? all : all.filter(isMachine)
  const chosen = selectRecords(question.query, read, question.selection, {now})
  const records = question.order === undefined ? chosen : inOrder(chosen, question.order)
  const left = records.length > 0 || question.hosts ? 0 : evaluateQuery(question.query, all, {now}).length
  const size = records.length > 0 ? records.length : await inventory.count()
  const known = {location: inventory.location, size, rejects: await inventory.rejects()}
  const {layout, columns, format} = question
  const asksAdvice = records.length === 0 && !classic
  return {
    kind: 'find',
    records,
    inventory: known,
    classic,
    ...given({
      format,
      layout,
      columns,
      unquoted: records.length === 0 ? unquotedQuestion(words) : undefined,
      advice: asksAdvice ? await adviceFor(words, inventory, size, left) : undefined,
      asked: hosts,
    }),
  }
}

/** The words of a question, understood. */
export interface Question {
  readonly query: typeof everything
  readonly selection: RecordSelection
  readonly layout?: RecordOutput
  readonly columns?: readonly ShownColumn[]
  readonly order?: RecordOrder
  /** That of a whole body. */
  readonly format?: 'json' | 'yaml'
  /** Records of hosts themselves are among those that are asked for. */
  readonly hosts: boolean
}

/** No record of a host itself. */
export function isMachine({type}: InventoryRecord): boolean {
  return type.toUpperCase() !== hostType
}

/** True where the query speaks of the session type itself. */
function asksType(query: Query): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.terms.some(asksType)
  if (query.kind === 'not') return asksType(query.term)
  return 'field' in query && query.field === 'type'
}

/** Throws UsageError with all faults, the given ones first. */
export function readQuestion(asked: FindInput, faults: string[] = []): Question {
  const {words, classic = false, output, pick, cost, types, runtime = false} = asked
  const long = longWordFaults(words)
  if (long.length > 0) throw new UsageError([...faults, ...long])
  const question = classic ? parseClassicQuery(words, faults) : today(words, faults)
  const selection = parseSelection(
    {...(pick !== undefined && {pick}), ...(cost !== undefined && {cost}), ...(types !== undefined && {types})},
    faults,
  )
  const columns = runtime ? liveColumns : inventoryColumns
  const format = (['json', 'yaml'] as const).find((name) => name === output?.toLowerCase())
  const shown = classic || output === undefined || format !== undefined ? undefined : findColumns(output)
  const asksLayout = (classic || output !== undefined) && format === undefined && shown === undefined
  const layout = asksLayout ? parseOutputList(output ?? '', faults, columns) : undefined
  const order = asked.sort === undefined ? undefined : parseOrder(asked.sort, faults)
  if (faults.length > 0) throw new UsageError(faults, `ctys ${classic ? 'vhost' : 'find'} --help`)
  const {query = everything, range} = question ?? {}
  return {
    query,
    selection: {...selection, ...(range !== undefined && {range})},
    hosts: classic || asked.hosts === true || selection.types?.includes(hostType) === true || asksType(query),
    ...given({format, layout, columns: shown, order}),
  }
}

function today(
  words: readonly string[],
  faults: string[],
): {query: typeof everything; range?: RecordRange} | undefined {
  const query = parseFindQuery(words, faults)
  return query && {query}
}
