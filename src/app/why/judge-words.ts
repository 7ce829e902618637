/** Which of the words of a question a machine lacks. */

import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {MachineRecords} from '../../domain/machine/machine-records.js'
import {shortenWords} from '../../lib/shorten.js'
import {parseFindQuery} from '../../query/language/find.js'
import {evaluateQuery, type Query} from '../../query/query.js'
import type {Judged} from './misfits.js'

/**
 * Words are judged one by one, as `ctys find` connects them by "and"; a question with or, not or brackets fits or does
 * not as a whole. A machine fits when one of its interfaces has all words, and comes near when one has some.
 */
export function judgeWords(
  words: readonly string[],
  machines: readonly MachineRecords[],
  now: Date,
): readonly Judged[] {
  const isConnected = words.some((word) => /^(and|or|not|\(|\))$/i.test(word))
  const questions = isConnected ? [words] : words.map((word) => [word])
  const faults: string[] = []
  const queries = questions.map((question) => parseFindQuery(question, faults))
  if (faults.length > 0) throw new UsageError(faults, 'ctys find --help')
  const records = machines.flat()
  const found = queries.map((query) => fittingSet(query, records, now))
  return machines.flatMap((machine): readonly Judged[] => {
    const lacking = machine
      .map((record) => questions.filter((_, index) => found[index]?.has(record) !== true))
      .reduce((best, other) => (other.length < best.length ? other : best))
    if (lacking.length > 0 && lacking.length === questions.length) return []
    const reasons = lacking.map(
      (question) => ({part: 'words', text: `nothing fits ${shortenWords(question.join(' '))}`}) as const,
    )
    return [{machine, reasons, rank: lacking.length}]
  })
}

function fittingSet(
  query: Query | undefined,
  records: readonly InventoryRecord[],
  now: Date,
): ReadonlySet<InventoryRecord> {
  return new Set(query === undefined ? [] : evaluateQuery(query, records, {now}))
}
