/**
 * `ctys why`: explains how a machine address, or words, resolve. Works offline. What a command would pick is asked of
 * the very functions commands use, so the explanation cannot differ from what they do.
 */
import {UsageError} from '../../domain/errors.js'
import type {HostName} from '../../domain/host-name.js'
import {inventoryCounts} from '../../domain/machine/inventory-counts.js'
import {formatAddress, type MachineAddress} from '../../domain/machine/machine-address.js'
import {disksOf, otherPathsOf, uuidOf} from '../../domain/machine/machine-paths.js'
import {
  groupMachines,
  type MachineRecords,
  shortestUniquePlaces,
  toAddressable,
} from '../../domain/machine/machine-records.js'
import type {WhyResult} from '../../domain/results/machine.js'
import type {Target} from '../../domain/target.js'
import type {WhyAnswer, WhyCandidate, WhyReason} from '../../domain/work/why-answer.js'
import {hostNameOf, ownHost, recordedHost} from '../../lib/host-name.js'
import {parseMachineWord} from '../../parse/machine/parse-machine-word.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {isPlainWord} from '../../query/language/find.js'
import type {Cost} from '../../resolve/choose-by-load.js'
import {expandTargets} from '../targets/expand-targets.js'
import {judgeWords} from './judge-words.js'
import {type Judged, misfits, type NearMiss, nearMiss, partsOf} from './misfits.js'
import {type AddressQuestion, picksOf, type WhyContext} from './picks.js'

export interface WhyInput {
  /** An address and hosts, or words to look for. */
  readonly words: readonly string[]
  readonly type: string
  readonly cost?: Cost | undefined
}

const mostTold = 20

export async function whyMachine(asked: WhyInput, context: WhyContext): Promise<WhyResult> {
  const {inventory} = context
  const records = await inventory.all()
  const machines = groupMachines(records)
  const hosts = new Set([...machines.map(([{host}]) => recordedHost(host)), ownHost])
  const question = await readQuestion(asked.words, hosts, context)
  const known = {location: inventory.location, size: inventoryCounts(records), rejects: await inventory.rejects()}
  const why =
    'address' in question
      ? await explainAddress({...question, ...asked, type: asked.type.toUpperCase()}, machines, context)
      : explainWords(question.words, machines, context.now())
  return {kind: 'why', why, inventory: known}
}

type Question =
  | {readonly address: MachineAddress; readonly targets: readonly Target[]}
  | {readonly words: readonly string[]}

/**
 * `web01 h1` is a label and a host when the inventory knows the host, else two words; what begins like an address is
 * one, and what is written in the language of `ctys find` is words.
 */
async function readQuestion(
  words: readonly string[],
  hosts: ReadonlySet<HostName>,
  context: WhyContext,
): Promise<Question> {
  const [first, ...others] = words
  if (first === undefined) throw new UsageError(['name a machine, or words to look for'], 'ctys why web01')
  const isAddress = first.startsWith('/') || /^[A-Za-z0-9]+:/.test(first)
  const isHost = (word: string) => {
    const [target] = parseTargets([word], undefined, [])
    return word.includes('@') || (target !== undefined && hosts.has(hostNameOf(target)))
  }
  if (!isAddress && !(isPlainWord(first) && others.every((word) => isHost(word.toLowerCase())))) return {words}
  const faults: string[] = []
  const address = parseMachineWord(first, faults)
  const expanded = await expandTargets(others, context, faults)
  const targets = others.length === 0 ? [] : parseTargets(expanded, undefined, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return {address, targets}
}

async function explainAddress(
  question: AddressQuestion,
  machines: readonly MachineRecords[],
  context: WhyContext,
): Promise<WhyAnswer> {
  const {address, targets} = question
  const hosts = targets.map((target) => hostNameOf(target))
  const judged = withoutNoise(machines.flatMap((machine) => judge(machine, question, {hosts}) ?? []))
  const fitting = judged.filter(({reasons}) => reasons.length === 0).map(({machine}) => machine)
  return {
    readAs: 'address',
    asked: formatAddress(address),
    ...toldOf(judged),
    paths: pathsOf(fitting, machines),
    picks: await picksOf(question, context),
    addresses: addressesOf(fitting, machines),
  }
}

/** Undefined for a machine that is nowhere near. */
function judge(
  machine: MachineRecords,
  question: AddressQuestion,
  {hosts}: {readonly hosts: readonly HostName[]},
): Judged | undefined {
  const {address, type} = question
  const [record] = machine
  const failed = misfits(address, toAddressable(machine))
  const circumstances: WhyReason[] = []
  if (record.type.toUpperCase() !== type)
    circumstances.push({part: 'type', text: `type is ${record.type}, not ${type}`})
  if (hosts.length > 0 && !hosts.includes(recordedHost(record.host))) {
    circumstances.push({part: 'host', text: `lies on ${record.host}, not on ${hosts.join(' or ')}`})
  }
  const parts = partsOf(address)
  // a base alone tells nobody from his neighbour
  const telling = parts.filter((part) => part !== 'basePaths').length
  if (failed.length === 0) return {machine, reasons: circumstances, rank: circumstances.length / 10}
  const isLabelOnly = parts.length === 1 && address.label !== undefined
  const near = address.label === undefined ? undefined : nearMiss(address.label, machine)
  if (isLabelOnly)
    return near && {machine, reasons: [near.reason, ...circumstances], rank: nearRank(near) + circumstances.length / 10}
  const failedTelling = failed.filter(({part}) => part !== 'basePaths').length
  if (failedTelling >= telling && (near === undefined || near.rank > 1)) return undefined
  const rank = failedTelling < telling || near === undefined ? failed.length : nearRank(near)
  return {machine, reasons: [...failed, ...circumstances], rank: rank + circumstances.length / 10}
}

/** From here on a machine only resembles what was asked for. */
const resembling = 20

/** The same label in other letters is told always. */
function nearRank({rank}: NearMiss): number {
  return rank === 0 ? resembling - 1 : resembling + rank
}

const mostResembling = 5

/** What only resembles is of no interest once something fits, on whichever host. */
function withoutNoise(judged: readonly Judged[]): readonly Judged[] {
  const sorted = [...judged].sort((a, b) => a.rank - b.rank)
  const near = sorted.filter(({rank}) => rank < resembling)
  const isKnown = near.some(({rank}) => rank < 1)
  return isKnown ? near : sorted.slice(0, near.length + mostResembling)
}

function explainWords(words: readonly string[], machines: readonly MachineRecords[], now: Date): WhyAnswer {
  const judged = judgeWords(words, machines, now)
  const fitting = judged.filter(({reasons}) => reasons.length === 0).map(({machine}) => machine)
  return {
    readAs: 'words',
    asked: words.join(' '),
    ...toldOf(judged),
    paths: pathsOf(fitting, machines),
    picks: [],
    addresses: addressesOf(fitting, machines),
  }
}

function toldOf(judged: readonly Judged[]): Pick<WhyAnswer, 'candidates' | 'omitted'> {
  const candidates = [...judged]
    .sort((a, b) => a.rank - b.rank)
    .map(({machine: [record], reasons}): WhyCandidate => ({record, fits: reasons.length === 0, reasons}))
  return {candidates: candidates.slice(0, mostTold), omitted: Math.max(0, candidates.length - mostTold)}
}

/** What fits and has other paths, each machine once. */
function pathsOf(fitting: readonly MachineRecords[], machines: readonly MachineRecords[]): WhyAnswer['paths'] {
  const told = new Set<MachineRecords>()
  const paths: WhyAnswer['paths'][number][] = []
  for (const machine of fitting) {
    const others = told.has(machine) ? [] : otherPathsOf(machine, machines)
    if (others.length === 0) continue
    for (const each of [machine, ...others]) told.add(each)
    const uuid = uuidOf(machine)
    const [disk = ''] = disksOf(machine)
    const records = machines.filter((each) => each === machine || others.includes(each)).map(([record]) => record)
    paths.push({uuid, ...(uuid === '' && {disk}), records})
    if (paths.length === mostTold) break
  }
  return paths
}

function addressesOf(fitting: readonly MachineRecords[], machines: readonly MachineRecords[]): readonly string[] {
  return shortestUniquePlaces(fitting.slice(0, mostTold), machines)
}
