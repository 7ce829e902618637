import {UsageError} from '../../domain/errors.js'
import type {RecordOutput} from '../../domain/inventory/record-output.js'
import type {InventoryStore} from '../../domain/ports/ports.js'
import type {AskedHosts, FindResult} from '../../domain/results/find.js'
import {given} from '../../lib/given.js'
import {parseClassicQuery} from '../../query/language/classic.js'
import {isPlainWord, longWordFaults, parseTodayQuery} from '../../query/language/find.js'
import {unquotedQuestion} from '../../query/language/quoted-question.js'
import {parseSelection} from '../../query/language/selection.js'
import {neededTexts} from '../../query/needles.js'
import {parseOutputList} from '../../query/output/parse.js'
import {inventoryColumns, liveColumns} from '../../query/output/parse-fields.js'
import {everything} from '../../query/query.js'
import {type RecordRange, type RecordSelection, selectRecords} from '../../query/selection.js'
import {adviceFor} from './advice.js'

/** A question to the inventory, as the front desk got it. */
export interface FindWords {
  readonly words: readonly string[]
  /** The words are in the language of ctys-vhost, and so is the answer. */
  readonly classic?: boolean
  /** -o: fields and layout. */
  readonly output?: string | undefined
  /** -M, -c and -T of ctys-vhost. */
  readonly pick?: string | undefined
  readonly cost?: string | undefined
  readonly types?: string | undefined
  /** -r: the hosts are asked what runs, so `live` is a column too. */
  readonly runtime?: boolean
}

/**
 * `ctys find WORD...` and `ctys vhost`: asks the inventory, opens no connection. Throws UsageError with all faults.
 * `hosts`: what hosts were asked before, to be told beside the answer.
 */
export async function findMachines(
  asked: FindWords,
  inventory: InventoryStore,
  now: Date,
  hosts?: AskedHosts,
): Promise<FindResult> {
  const {words, classic = false, output, pick, cost, types} = asked
  const asksMore = classic || [output, pick, cost, types].some((option) => option !== undefined)
  if (!asksMore && words.every(isPlainWord)) {
    // the common question reads only the lines that can matter
    const {records, rejects: met} = await inventory.find(words)
    const none = records.length === 0
    const size = none ? await inventory.count() : records.length
    // "nothing fits" is only said with every line that could not be read
    const known = {location: inventory.location, size, rejects: none ? await inventory.rejects() : met}
    const unquoted = none ? unquotedQuestion(words) : undefined
    const advice = none ? await adviceFor(words, inventory, size) : undefined
    return {kind: 'find', records, inventory: known, ...given({unquoted, advice, asked: hosts})}
  }
  const question = readQuestion(asked)
  const needed = question.selection.pick === 'complement' ? undefined : neededTexts(question.query)
  const read = needed === undefined ? await inventory.all() : await inventory.holding(needed)
  const records = selectRecords(question.query, read, question.selection, {now})
  const size = records.length > 0 ? records.length : await inventory.count()
  const known = {location: inventory.location, size, rejects: await inventory.rejects()}
  const {layout, json} = question
  const asksAdvice = records.length === 0 && !classic
  return {
    kind: 'find',
    records,
    inventory: known,
    classic,
    ...(json && {format: 'json'}),
    ...given({
      layout,
      unquoted: records.length === 0 ? unquotedQuestion(words) : undefined,
      advice: asksAdvice ? await adviceFor(words, inventory, size) : undefined,
      asked: hosts,
    }),
  }
}

/** The words of a question, understood. */
export interface Question {
  readonly query: typeof everything
  readonly selection: RecordSelection
  readonly layout?: RecordOutput
  readonly json: boolean
}

/** Throws UsageError with all faults, the given ones first. */
export function readQuestion(asked: FindWords, faults: string[] = []): Question {
  const {words, classic = false, output, pick, cost, types, runtime = false} = asked
  const long = longWordFaults(words)
  if (long.length > 0) throw new UsageError([...faults, ...long])
  const question = classic ? parseClassicQuery(words, faults) : today(words, faults)
  const selection = parseSelection(
    {...(pick !== undefined && {pick}), ...(cost !== undefined && {cost}), ...(types !== undefined && {types})},
    faults,
  )
  const columns = runtime ? liveColumns : inventoryColumns
  const json = output?.toLowerCase() === 'json'
  const layout = (classic || output !== undefined) && !json ? parseOutputList(output ?? '', faults, columns) : undefined
  if (faults.length > 0) throw new UsageError(faults, `ctys ${classic ? 'vhost' : 'find'} --help`)
  const {query = everything, range} = question ?? {}
  return {
    query,
    selection: {...selection, ...(range !== undefined && {range})},
    json,
    ...(layout !== undefined && {layout}),
  }
}

function today(
  words: readonly string[],
  faults: string[],
): {query: typeof everything; range?: RecordRange} | undefined {
  const query = parseTodayQuery(words, faults)
  return query && {query}
}
