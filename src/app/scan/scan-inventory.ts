import type {HostName} from '../../domain/host-name.js'
import type {InventoryRecord} from '../../domain/inventory/inventory-record.js'
import {everyType, hostType} from '../../domain/machine/session-types.js'
import {matchesState} from '../../domain/machine/vm-states.js'
import type {AppContext, HostScan} from '../../domain/ports/ports.js'
import type {ScanResult} from '../../domain/results/machine.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {EnumerateData, EnumeratedMachine} from '../../domain/work/answers.js'
import type {ReadingPlan} from '../../domain/work/plan.js'
import type {ScanRequest} from '../../domain/work/scan-request.js'
import {hostNameOf, recordedHost} from '../../lib/host-name.js'
import {mergeScans} from '../../lib/merge-scans.js'
import {explainChanges} from '../../lib/scan-diff.js'
import {recordsOf, type Seen} from '../../lib/scan-records.js'
import {askHosts, planQuestion} from '../run/ask-hosts.js'
import {behindLinks} from './behind-links.js'

/** Looks at all targets and merges what the answering hosts said; only they may lose records. */
export async function scanInventory(request: ScanRequest, context: AppContext): Promise<ScanResult> {
  const {mode} = request
  const {inventory} = context
  // it is read while the hosts look
  const reading = inventory.recorded()
  reading.catch(() => undefined) // until it is awaited
  const {stale, notAsked} = await splitByAge(request, reading, context)
  const plan = planScan(request, stale, context)
  const writes = mode === 'merge' || mode === 'append'
  const outcomes = await askHosts(plan, writes ? context : remembersNothing(context))
  const before = await reading
  const observedAt = `${context.now().toISOString().slice(0, 19)}Z`
  const hidden: Record<string, Readonly<Record<string, number>>> = {}
  const scans = outcomes.flatMap((outcome): readonly HostScan[] => {
    const target = plan.tasks.find(({id}) => id === outcome.taskId)?.target
    if (outcome.status !== 'ok' || outcome.data.kind !== 'enumerate' || target === undefined) return []
    const {shown, left} = splitByState(outcome.data, request.states)
    if (left.length > 0) hidden[outcome.taskId] = countStates(left)
    const host = hostNameOf(target)
    const seen = {host, observedAt}
    const kept = [...left.map(({id}) => id), ...behindLinks(outcome.data, before, host)]
    return hostScans({...outcome.data, machines: shown}, kept, {
      host,
      seen,
      types: searchOf(request, target).types,
      mayRemove: mode !== 'append',
    })
  })
  const found = scans.flatMap(({records}) => records)
  const changes = !writes
    ? mergeScans(before, scans).changes
    : scans.length === 0
      ? []
      : await inventory.merge(scans, context.signal)
  return {
    kind: 'scan',
    request: {mode, types: request.types},
    plan,
    outcomes,
    differences: explainChanges(changes, before, found),
    inventory: {location: inventory.location, records: before},
    found,
    hidden,
    notAsked,
    names: Object.fromEntries(plan.tasks.map(({id, target}) => [id, hostNameOf(target)])),
  }
}

/** A look is no scan: the next one is to find the memory of scans as the last one left it. */
function remembersNothing({memory, ...context}: AppContext): AppContext {
  const nothing = async () => undefined
  return memory === undefined ? context : {...context, memory: {load: memory.load, save: nothing, renew: nothing}}
}

function planScan(request: ScanRequest, targets: readonly Target[], context: AppContext): ReadingPlan {
  const actionOf = (target?: Target) => ({verb: 'enumerate', ask: searchOf(request, target)}) as const
  const {unaskable = []} = request
  const plan = planQuestion({type: everyType, action: actionOf(), targets, unaskable}, context)
  return {...plan, tasks: plan.tasks.map((task) => ({...task, ...actionOf(task.target)}))}
}

function searchOf({types, basePaths, own}: ScanRequest, target?: Target) {
  return (target && own?.get(target)) ?? {types, basePaths}
}

/** A host is young when its last answer was to this very question, and the inventory still has it. */
async function splitByAge(
  {targets, types, basePaths, sinceMs}: ScanRequest,
  reading: Promise<readonly InventoryRecord[]>,
  {memory: store, now}: AppContext,
): Promise<{stale: readonly Target[]; notAsked: ScanResult['notAsked']}> {
  if (sinceMs === undefined) return {stale: targets, notAsked: []}
  const records = await reading
  const stale: Target[] = []
  const notAsked: {host: string; answeredAt: string}[] = []
  for (const target of targets) {
    const memory = await store?.load(formatTarget(target))
    const answeredAt = memory?.scannedAt ?? ''
    const age = now().getTime() - Date.parse(answeredAt)
    const host = hostNameOf(target)
    const isSameQuestion =
      JSON.stringify(memory?.asked) === JSON.stringify(basePaths) && types.every((type) => memory?.types.includes(type))
    const isKept = records.some((record) => recordedHost(record.host) === host && record.observedAt >= answeredAt)
    if (age >= 0 && age < sinceMs && isSameQuestion && isKept) notAsked.push({host: formatTarget(target), answeredAt})
    else stale.push(target)
  }
  return {stale, notAsked}
}

function splitByState({machines}: EnumerateData, states: readonly string[] | undefined) {
  const isShown = ({type, interfaces}: EnumeratedMachine) =>
    states === undefined || type === hostType || matchesState(interfaces[0]?.vmState ?? '', states)
  return {shown: machines.filter(isShown), left: machines.filter((machine) => !isShown(machine))}
}

function countStates(machines: readonly EnumeratedMachine[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const {interfaces} of machines) {
    const state = interfaces[0]?.vmState || 'ACTIVE'
    counts[state] = (counts[state] ?? 0) + 1
  }
  return counts
}

/** One for each type asked for. What was left out, or lies behind a link, keeps the record it has. */
function hostScans(
  {machines, rejects, searched, unsearched, places = [], closed = []}: EnumerateData,
  left: readonly string[],
  {
    host,
    seen,
    types,
    mayRemove,
  }: {
    readonly host: HostName
    readonly seen: Seen
    readonly types: readonly string[]
    readonly mayRemove: boolean
  },
): readonly HostScan[] {
  const kept = [...[...rejects, ...unsearched, ...closed].map(({path}) => path), ...left]
  return types.map((type) => {
    const own = machines.filter((machine) => machine.type === type)
    // a host has one record of itself, with or without a file
    const roots = type === hostType ? own.map(() => '') : [...searched, ...places]
    return {
      host,
      type,
      records: own.flatMap((machine) => recordsOf(machine, seen)),
      searched: mayRemove ? roots : [],
      kept: type === hostType ? [] : kept,
    }
  })
}
