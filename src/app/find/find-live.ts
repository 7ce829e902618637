/** The options of ctys-vhost that ask hosts, -R and -r; its input as an address, -i; and its progress, -I. */
import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import type {DeskContext} from '../../domain/ports/ports.js'
import {hostNameOf, recordedHost} from '../../domain/target.js'
import type {Plan} from '../../domain/work/plan.js'
import type {ReachQuestion} from '../../domain/work/reach.js'
import type {Report} from '../../domain/work/report.js'
import {plural} from '../../lib/plural.js'
import {type FullAddress, parseFullAddress} from '../../parse/machine/parse-full-address.js'
import {parseReach} from '../../parse/target/parse-reach.js'
import {checkUser} from '../../parse/target/parse-target.js'
import {everything} from '../../query/query.js'
import {selectRecords} from '../../query/selection.js'
import {buildFindReport} from '../../report/find/find-report.js'
import {canBeMarked, type LiveRecord, renderLive, terseOutput} from '../../report/find/live-records.js'
import {askedHosts} from '../../report/run/asked-hosts.js'
import {buildErrorReport} from '../../report/shared/error-report.js'
import type {ReportStyle} from '../../report/shared/style.js'
import {probeReach} from '../targets/probe-reach.js'
import {type FindWords, type Question, readQuestion} from './find-machines.js'
import {liveStates} from './live-states.js'

export interface LiveWords extends FindWords {
  /** -R: keep or mark what answers. */
  readonly reach?: string | undefined
  /** -r: what runs of the records found. */
  readonly runtime: boolean
  /** -i: what the words are; CTYSADDRESS. */
  readonly input?: string | undefined
  /** -I: how much is said of the way to the answer, 0 to 9. */
  readonly progress?: string | undefined
  /** -l, for what is run. */
  readonly login?: string | undefined
  /** -L, for what is only tried. */
  readonly access?: string | undefined
}

/** `ctys vhost` where the inventory alone is not enough. Throws UsageError with all faults. */
export async function findLive(words: LiveWords, context: DeskContext, style: ReportStyle): Promise<Report> {
  const {login, access} = words
  const {question, reach, address, level} = readWords(words, style)
  const {inventory} = context
  const started = performance.now()
  const all = await inventory.all()
  const steps: string[] = []
  const step = (name: string, match: number, total: number) => {
    if (level >= 2) steps.push(`${name}: match=${match} of total=${total}`)
  }

  const known = address === undefined ? all : await lookup(address, context)
  const {cost, pick, ...narrow} = question.selection
  // the rest of what does not fit is chosen first: it is that which is asked
  const first = pick === 'complement' ? question.selection : narrow
  const found = selectRecords(question.query, known, first, {now: style.now})
  step('inventory', found.length, all.length)

  const reached = reach && (await probeReach(reach, found, {user: access ?? login, context}))
  const kept = reached && reach ? found.filter((record) => isKept(reach, reached.verdictOf(record))) : found
  const answering =
    reached && reach?.answer === 'mark' ? found.filter((one) => reached.verdictOf(one) === 'answers') : kept
  if (reach !== undefined) step(`-R ${words.reach}`, answering.length, found.length)
  const last = pick === 'complement' ? {} : {...(cost !== undefined && {cost}), ...(pick !== undefined && {pick})}
  const none: Plan = {tasks: [], refused: []}
  let records: readonly InventoryRecord[]
  try {
    records = selectRecords(everything, kept, last, {now: style.now})
  } catch (error) {
    const asked = {plan: none, outcomes: [], answered: false, ...(reached && {reach: reached.reach})}
    return buildErrorReport(error, style, askedHosts(asked))
  }

  const run = words.runtime ? await liveStates(records, {user: login ?? access, context}) : undefined
  const rows = records.map((record, i): LiveRecord => {
    const state = run?.states[i]
    return {
      record,
      ...(reached !== undefined && reach?.answer === 'mark' && {mark: reached.verdictOf(record)}),
      ...(state !== undefined && {state}),
    }
  })
  if (run !== undefined) {
    step('-r', run.states.filter(({status}) => status === 'running').length, records.length)
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const without = reached?.without ?? 0
  return buildFindReport({
    records,
    inventory: {location: inventory.location, size: all.length, rejects: await inventory.rejects()},
    style: {...style, json: style.json || question.json},
    classic: true,
    ...textOf(rows, question, {marked: reach?.answer === 'mark', withState: words.runtime, style}),
    asked: askedHosts({
      plan: run?.plan ?? none,
      outcomes: run?.outcomes ?? [],
      answered: false,
      ...(run !== undefined && {live: run.states}),
      ...(reached !== undefined && {reach: reached.reach}),
      notes: without === 0 ? [] : [`${without} of ${found.length} records say no address, they were not asked (-R)`],
      totals: [...steps, ...(level >= 1 ? [`${plural(records.length, 'record')} in ${seconds} s`] : [])],
    }),
  })
}

interface ReadWords {
  readonly question: Question
  readonly reach: ReachQuestion | undefined
  readonly address: FullAddress | undefined
  readonly level: number
}

function readWords(words: LiveWords, style: ReportStyle): ReadWords {
  const faults: string[] = []
  const reach = words.reach === undefined ? undefined : parseReach(words.reach, faults)
  const {progress = '0', input} = words
  if (!/^[0-9]$/.test(progress)) faults.push(`-I: '${progress}' is no level (0-9)`)
  const address = input === undefined ? undefined : readAddress(input, words.words, faults)
  checkUser('-l', words.login, faults)
  checkUser('-L', words.access, faults)
  const question = readQuestion({...words, classic: true, ...(input !== undefined && {words: []})}, faults)
  const isOther = !style.terse && question.layout !== undefined && !canBeMarked(question.layout)
  if (reach?.answer === 'mark' && isOther) {
    throw new UsageError(['-R MARK: a mark stands before a line; not with rec, spec or xml'])
  }
  return {question, reach, address, level: Number(progress)}
}

function readAddress(input: string, words: readonly string[], faults: string[]): FullAddress | undefined {
  const [word = '', ...others] = words
  if (!/^ctys(address)?$/i.test(input))
    faults.push(`-i: '${input}' is unknown; -i CTYSADDRESS, and the address as the word`)
  else if (word === '' || others.length > 0) faults.push('-i: one word, a full ctys address')
  else return parseFullAddress(word, faults)
  return undefined
}

async function lookup({host, machine}: FullAddress, {inventory, localName}: DeskContext) {
  const wanted = host && hostNameOf(host, localName)
  const machines = await inventory.lookup(machine)
  return machines.filter(([record]) => wanted === undefined || recordedHost(record.host, localName) === wanted).flat()
}

function isKept({answer}: ReachQuestion, verdict: string): boolean {
  return answer === 'mark' || verdict === (answer === 'keep' ? 'answers' : 'silent')
}

function textOf(
  rows: readonly LiveRecord[],
  {layout}: Question,
  {style, ...columns}: {readonly marked: boolean; readonly withState: boolean; readonly style: ReportStyle},
): {readonly text?: string} {
  const output = style.terse ? terseOutput : layout
  return output === undefined ? {} : {text: renderLive(rows, {output, ...columns})}
}
