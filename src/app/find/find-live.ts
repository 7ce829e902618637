/** The options of ctys-vhost that ask hosts, -R and -r; its input as an address, -i; and its progress, -I. */
import {UsageError} from '../../domain/errors.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {isByLine} from '../../domain/inventory/record-output.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {type ErrorResult, errorResult} from '../../domain/results/error.js'
import type {AskedHosts, FindResult} from '../../domain/results/find.js'
import type {Plan} from '../../domain/work/plan.js'
import type {ReachQuestion} from '../../domain/work/reach.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {type FullAddress, parseFullAddress} from '../../parse/machine/parse-full-address.js'
import {parseReach} from '../../parse/target/parse-reach.js'
import {checkUser} from '../../parse/target/parse-target.js'
import {everything} from '../../query/query.js'
import {selectRecords} from '../../query/selection.js'
import {probeReach} from '../targets/probe-reach.js'
import {type FindInput, type Question, readQuestion} from './find-machines.js'
import {liveStates} from './live-states.js'

export interface LiveInput extends FindInput {
  /** -R: keep or mark what answers. */
  readonly reach?: string | undefined
  /** -r: what runs of the records found. */
  readonly runtime: boolean
  /** -i: what the words are; CTYSADDRESS. */
  readonly input?: string | undefined
  /** -X: no layout is used. */
  readonly terse?: boolean | undefined
  /** -I: how much is said of the way to the answer, 0 to 9. */
  readonly progress?: string | undefined
  /** -l, for what is run. */
  readonly login?: string | undefined
  /** -L, for what is only tried. */
  readonly access?: string | undefined
}

/** `ctys vhost` where the inventory alone is not enough. Throws UsageError with all faults. */
export async function findLive(input: LiveInput, context: CommandContext): Promise<FindResult | ErrorResult> {
  const {login, access} = input
  const {question, reach, address, level} = readInput(input)
  const {inventory} = context
  const now = context.now()
  const started = performance.now()
  const all = await inventory.all()
  const steps: {name: string; match: number; total: number}[] = []
  const step = (name: string, match: number, total: number) => {
    if (level >= 2) steps.push({name, match, total})
  }

  const known = address === undefined ? all : await lookup(address, context)
  const {cost, pick, ...narrow} = question.selection
  // the rest of what does not fit is chosen first: it is that which is asked
  const first = pick === 'complement' ? question.selection : narrow
  const found = selectRecords(question.query, known, first, {now})
  step('inventory', found.length, all.length)

  const reached = reach && (await probeReach(reach, found, {user: access ?? login, context}))
  const kept = reached && reach ? found.filter((record) => isKept(reach, reached.verdictOf(record))) : found
  const answering =
    reached && reach?.answer === 'mark' ? found.filter((one) => reached.verdictOf(one) === 'answers') : kept
  if (reach !== undefined) step(`-R ${input.reach}`, answering.length, found.length)
  const last = pick === 'complement' ? {} : {...(cost !== undefined && {cost}), ...(pick !== undefined && {pick})}
  const none: Plan = {tasks: [], refused: []}
  let records: readonly InventoryRecord[]
  try {
    records = selectRecords(everything, kept, last, {now})
  } catch (error) {
    return errorResult(error, {plan: none, outcomes: [], answered: false, ...(reached && {reach: reached.reach})})
  }

  const live = input.runtime ? await liveStates(records, {user: login ?? access, context}) : undefined
  const isOnce = (_: unknown, i: number) => live?.again.has(i) !== true
  const run = live && {...live, states: live.states.filter(isOnce)}
  records = records.filter(isOnce)
  if (run !== undefined) {
    step('-r', run.states.filter(({status}) => status === 'running').length, records.length)
  }
  const seconds = (performance.now() - started) / 1000
  const without = reached?.without ?? 0
  const asked: AskedHosts = {
    plan: run?.plan ?? none,
    outcomes: run?.outcomes ?? [],
    answered: false,
    steps,
    ...(reached !== undefined && {reach: reached.reach}),
    ...(without > 0 && {left: {count: without, of: found.length, why: 'noAddress'}}),
    ...(level >= 1 && {took: {records: records.length, seconds}}),
  }
  const {layout, format} = question
  return {
    kind: 'find',
    records,
    inventory: {location: inventory.location, size: all.length, rejects: await inventory.rejects()},
    classic: true,
    live: {
      ...(reached !== undefined && reach?.answer === 'mark' && {marks: records.map(reached.verdictOf)}),
      ...(run !== undefined && {states: run.states}),
    },
    asked,
    ...(format !== undefined && {format}),
    ...(layout !== undefined && {layout}),
  }
}

interface ReadInput {
  readonly question: Question
  readonly reach: ReachQuestion | undefined
  readonly address: FullAddress | undefined
  readonly level: number
}

function readInput(words: LiveInput): ReadInput {
  const faults: string[] = []
  const reach = words.reach === undefined ? undefined : parseReach(words.reach, faults)
  const {progress = '0', input} = words
  if (!/^[0-9]$/.test(progress)) faults.push(`-I: '${progress}' is no level (0-9)`)
  const address = input === undefined ? undefined : readAddress(input, words.words, faults)
  checkUser('-l', words.login, faults)
  checkUser('-L', words.access, faults)
  const question = readQuestion({...words, classic: true, ...(input !== undefined && {words: []})}, faults)
  const isOther = words.terse !== true && question.layout !== undefined && !isByLine(question.layout)
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

async function lookup({host, machine}: FullAddress, {inventory}: CommandContext) {
  const wanted = host && hostNameOf(host)
  const machines = await inventory.lookup(machine)
  return machines.filter(([record]) => wanted === undefined || recordedHost(record.host) === wanted).flat()
}

function isKept({answer}: ReachQuestion, verdict: string): boolean {
  return answer === 'mark' || verdict === (answer === 'keep' ? 'answers' : 'silent')
}
