/**
 * `ctys why`: explains how a machine address, or words, resolve. Works offline. What a command would pick is asked of
 * the very functions commands use, so the explanation cannot differ from what they do.
 */
import {CtysError, toErrorInfo, UsageError} from '../domain/errors.js'
import {formatAddress, type MachineAddress, normalizeUuid} from '../domain/machine-address.js'
import {groupMachines, type MachineRecords, toAddressable} from '../domain/machine-records.js'
import type {AppContext} from '../domain/ports.js'
import type {Report} from '../domain/report.js'
import {hostType} from '../domain/session-types.js'
import {formatTarget, hostNameOf, type Target} from '../domain/target.js'
import {shortestUniqueAddresses} from '../domain/unique-address.js'
import type {WhyAnswer, WhyCandidate, WhyPick, WhyReason} from '../domain/why-answer.js'
import {parseMachineWord} from '../parse/parse-machine-word.js'
import {parseTargets} from '../parse/parse-target.js'
import {isPlainWord} from '../parse/query-today.js'
import type {ReportStyle} from '../report/report-style.js'
import {buildWhyReport} from '../report/why-report.js'
import {resolveRequest} from '../resolve/resolve-request.js'
import {whereInventorySays} from './run-today.js'
import {type Judged, misfits, type NearMiss, nearMiss, partsOf} from './why-machine-misfits.js'
import {judgeWords} from './why-machine-words.js'

export interface WhyWords {
  /** An address and hosts, or words to look for. */
  readonly words: readonly string[]
  readonly type: string
  /** Choose among the hosts where it lies: the one with the fewest or the most machines recorded. */
  readonly cost?: 'mincnt' | 'maxcnt' | undefined
}

type WhyContext = Pick<AppContext, 'inventory' | 'localName'>

const mostTold = 20

export async function whyMachine(asked: WhyWords, context: WhyContext, style: ReportStyle): Promise<Report> {
  const {inventory, localName} = context
  const machines = groupMachines(await inventory.all())
  const question = readQuestion(asked.words, new Set([...machines.map(([{host}]) => host.toLowerCase()), localName]))
  const known = {location: inventory.location, size: machines.length, rejects: await inventory.rejects()}
  const answer =
    'address' in question
      ? await explainAddress({...question, ...asked, type: asked.type.toUpperCase()}, machines, context)
      : explainWords(question.words, machines, style.now)
  return buildWhyReport({answer, inventory: known, style})
}

type Question =
  | {readonly address: MachineAddress; readonly targets: readonly Target[]}
  | {readonly words: readonly string[]}

/**
 * `web01 h1` is a label and a host when the inventory knows the host, else two words; what begins like an address is
 * one, and what is written in the language of `ctys find` is words.
 */
function readQuestion(words: readonly string[], hosts: ReadonlySet<string>): Question {
  const [first, ...others] = words
  if (first === undefined) throw new UsageError(['name a machine, or words to look for'], 'ctys why web01')
  const isAddress = first.startsWith('/') || /^[A-Za-z0-9]+:/.test(first)
  const isHost = (word: string) => {
    const [target] = parseTargets([word], undefined, [])
    return word.includes('@') || (target !== undefined && (target.host === 'localhost' || hosts.has(target.host)))
  }
  if (!isAddress && !(isPlainWord(first) && others.every((word) => isHost(word.toLowerCase())))) return {words}
  const faults: string[] = []
  const address = parseMachineWord(first, faults)
  const targets = others.length === 0 ? [] : parseTargets(others, undefined, faults)
  if (faults.length > 0) throw new UsageError(faults)
  return {address, targets}
}

interface AddressQuestion extends Omit<WhyWords, 'words'> {
  readonly address: MachineAddress
  readonly targets: readonly Target[]
}

async function explainAddress(
  question: AddressQuestion,
  machines: readonly MachineRecords[],
  context: WhyContext,
): Promise<WhyAnswer> {
  const {address, targets} = question
  const hosts = targets.map((target) => hostNameOf(target, context.localName))
  const judged = withoutNoise(machines.flatMap((machine) => judge(machine, question, hosts) ?? []))
  const fitting = judged.filter(({reasons}) => reasons.length === 0).map(({machine}) => machine)
  return {
    readAs: 'address',
    asked: formatAddress(address),
    ...toldOf(judged),
    paths: pathsOf(fitting, machines),
    picks: await picksOf(question, {fitting, machines, context}),
    addresses: addressesOf(fitting, machines),
  }
}

/** Undefined for a machine that is nowhere near. */
function judge(machine: MachineRecords, question: AddressQuestion, hosts: readonly string[]): Judged | undefined {
  const {address, type} = question
  const [record] = machine
  const failed = misfits(address, toAddressable(machine))
  const circumstances: WhyReason[] = []
  if (record.type.toUpperCase() !== type)
    circumstances.push({part: 'type', text: `type is ${record.type}, not ${type}`})
  if (hosts.length > 0 && !hosts.includes(record.host.toLowerCase())) {
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

/** The same UUID at several places; all zeros or all ones stand for "none" (RFC 9562, sections 5.9 and 5.10). */
function pathsOf(fitting: readonly MachineRecords[], machines: readonly MachineRecords[]): WhyAnswer['paths'] {
  const uuids = new Set(fitting.map(([{uuid}]) => normalizeUuid(uuid)).filter((uuid) => !/^(0*|f{32})$/.test(uuid)))
  return [...uuids]
    .map((uuid) => ({
      uuid,
      records: machines.filter(([record]) => normalizeUuid(record.uuid) === uuid).map(([record]) => record),
    }))
    .filter(({records}) => records.length > 1)
    .slice(0, mostTold)
}

function addressesOf(fitting: readonly MachineRecords[], machines: readonly MachineRecords[]): readonly string[] {
  return fitting.slice(0, mostTold).map((machine) => {
    const host = machine[0].host.toLowerCase()
    const neighbours = machines.filter(([record]) => record.host.toLowerCase() === host)
    return `${host} ${shortestUniqueAddresses(neighbours.map(toAddressable))[neighbours.indexOf(machine)]}`
  })
}

interface Found {
  readonly fitting: readonly MachineRecords[]
  readonly machines: readonly MachineRecords[]
  readonly context: WhyContext
}

async function picksOf(question: AddressQuestion, found: Found): Promise<readonly WhyPick[]> {
  const {address, targets, type, cost} = question
  const {fitting, machines, context} = found
  const choice = cost === undefined || fitting.length === 0 ? undefined : chooseHost(fitting, machines, cost)
  if (choice !== undefined) {
    const target = {host: choice.host}
    const [pick] = await picksOn([target], {address, type, context})
    return pick === undefined ? [] : [{...pick, because: choice.because}]
  }
  if (targets.length > 0) return picksOn(targets, {address, type, context})
  try {
    await whereInventorySays(type, address, undefined, context)
    const [first] = fitting
    return first === undefined ? [] : [{record: first[0]}]
  } catch (error) {
    if (!(error instanceof CtysError)) throw error
    return [{error: toErrorInfo(error)}]
  }
}

async function picksOn(
  targets: readonly Target[],
  {address, type, context}: {readonly address: MachineAddress; readonly type: string; readonly context: WhyContext},
): Promise<readonly WhyPick[]> {
  // any action on one machine resolves alike
  const action = {kind: 'cancel', machine: address, how: 'poweroff', force: false, graceMs: 0} as const
  const known = await context.inventory.lookup(address)
  const resolutions = resolveRequest({type, action, targets, inventoryUse: 'on'}, known, context.localName)
  return resolutions.map((resolution): WhyPick => {
    const host = formatTarget(resolution.target)
    if (!resolution.ok) return {host, error: resolution.error}
    return {host, ...(resolution.record !== undefined && {record: resolution.record})}
  })
}

/** By how many machines the inventory has on each host; the first of equal ones. */
function chooseHost(
  fitting: readonly MachineRecords[],
  machines: readonly MachineRecords[],
  cost: 'mincnt' | 'maxcnt',
) {
  const hosts = [...new Set(fitting.map(([{host}]) => host.toLowerCase()))]
  const loads = hosts.map((host) => ({
    host,
    count: machines.filter(([record]) => record.host.toLowerCase() === host && record.type !== hostType).length,
  }))
  const sign = cost === 'mincnt' ? 1 : -1
  const [best, ...others] = loads.sort((a, b) => sign * (a.count - b.count))
  if (best === undefined) return undefined
  const rest = others.map(({host, count}) => `${host} ${count}`).join(', ')
  const quality = cost === 'mincnt' ? 'fewest' : 'most'
  return {
    host: best.host,
    because:
      rest === ''
        ? 'it lies on this host only'
        : `${quality} machines recorded: ${best.host} ${best.count}, against ${rest}`,
  }
}
