/**
 * `ctys net apply`: the segments of a file on all their hosts. The diff is shown first; a host that has moved since is left
 * as it is.
 */
import {createHash} from 'node:crypto'
import {resolve} from 'node:path'
import {UsageError} from '../../domain/errors.js'
import type {NodeFault} from '../../domain/ports/documents.js'
import type {CommandContext} from '../../domain/ports/ports.js'
import {answersResult, type PlanResult, planResult, type RunResult} from '../../domain/results/run.js'
import {formatTarget, type Target} from '../../domain/target.js'
import type {Become} from '../../domain/work/net.js'
import type {NetApplyAsk, SegmentAsk} from '../../domain/work/net-segment.js'
import type {Outcome} from '../../domain/work/outcome.js'
import type {Plan} from '../../domain/work/plan.js'
import {documentFaults} from '../../lib/document-faults.js'
import {overlap, readNetwork} from '../../lib/ipv4-network.js'
import {listNames} from '../../lib/list-names.js'
import {whoAsks} from '../../lib/who.js'
import {parseSegments, type ReadSegment} from '../../parse/net/parse-segments.js'
import {parseTargets} from '../../parse/target/parse-target.js'
import {type NetWork, planNet, runNet} from '../run/net-tasks.js'
import {expandTargets} from '../targets/expand-targets.js'
import {joinSegments} from './span/join-segments.js'
import {placeTunnels} from './span/place-tunnels.js'

type Done = RunResult | PlanResult

export interface ApplyCall {
  readonly file: string
  /** These hosts of the file only; none named are all. */
  readonly hosts: readonly string[]
  readonly login?: string | undefined
  readonly become: readonly Become[]
  readonly force: boolean
  /** They are taken away. */
  readonly remove: boolean
  /** The diff, and nothing else. */
  readonly diff: boolean
  readonly yes: boolean
  readonly dryRun: boolean
}

/** What one host gets. */
interface HostSegments {
  readonly target: Target
  readonly segments: readonly Placed[]
}

interface Placed extends ReadSegment {
  readonly ask: SegmentAsk
}

export async function applyNets(call: ApplyCall, context: CommandContext): Promise<Done> {
  const named = await readHosts(call, context)
  const plans = (all: readonly HostSegments[], from = 0) => {
    const asks = all.map(({target, segments}) => ({target, ask: askOf(segments, call)}))
    return {asks, diff: planAll(asks, 'net-diff', context, from)}
  }
  if (call.dryRun) {
    const {asks, diff} = plans(named)
    return planResult(call.diff ? diff : planAll(asks, 'net-apply', context))
  }
  // what is taken away needs no addresses
  const tunnels = call.remove ? undefined : await placeTunnels(named, context)
  const {hosts = named, failed: lost = []} = tunnels ?? {}
  const asked = tunnels?.plan ?? {tasks: [], refused: []}
  if (hosts.length === 0) return answersResult(asked, lost)
  const {asks, diff: own} = plans(hosts, asked.tasks.length)
  const seen = [...lost, ...(await runNet(own, context))]
  const ids = new Set(lost.map(({taskId}) => taskId))
  const diff = {tasks: [...asked.tasks.filter(({id}) => ids.has(id)), ...own.tasks], refused: own.refused}
  const shown = answersResult(diff, seen)
  const hasFailed = seen.some(({status}) => status !== 'ok')
  const isStill = seen.every((outcome) => changesOf(outcome)?.length === 0)
  if (call.diff || (hasFailed && !call.yes)) return shown
  const made = isStill ? shown : await makeShown({call, asks, diff, own, seen}, context)
  return call.remove ? made : joined(made, hosts, context)
}

interface Shown {
  readonly call: ApplyCall
  readonly asks: readonly Asked[]
  readonly diff: Plan
  /** Of it, those of `asks`. */
  readonly own: Plan
  readonly seen: readonly Outcome[]
}

/** What the diff shows, once the person has said yes. */
async function makeShown({call, asks, diff, own, seen}: Shown, context: CommandContext): Promise<RunResult> {
  const shown = answersResult(diff, seen)
  if (!call.yes) await confirmDiff(shown, context)
  const expected = asks.flatMap(({target, ask}, index) => {
    const outcome = seen.find(({taskId}) => taskId === own.tasks[index]?.id)
    const data = outcome?.status === 'ok' ? outcome.data : undefined
    return data?.kind === 'net-diff' ? [{target, ask: {...ask, expect: data.fingerprint}}] : []
  })
  if (expected.length === 0) return shown
  const last = Math.max(...diff.tasks.map(({id}) => Number(id)))
  const plan = planAll(expected, 'net-apply', context, last)
  const done = await runNet(plan, context)
  const failed = seen.filter(({status}) => status !== 'ok')
  const ids = new Set(failed.map(({taskId}) => taskId))
  const tasks = [...diff.tasks.filter(({id}) => ids.has(id)), ...plan.tasks]
  return answersResult({tasks, refused: diff.refused}, [...failed, ...done])
}

/** What of the file spans hosts, where it is whole: carried on until the person ends it. */
async function joined(made: RunResult, hosts: readonly HostSegments[], context: CommandContext): Promise<RunResult> {
  const {tasks, refused} = made.plan
  const whole = new Set(
    made.outcomes.flatMap(({status, taskId}) => {
      const task = tasks.find(({id}) => id === taskId)
      return status === 'ok' && task !== undefined ? [formatTarget(task.target)] : []
    }),
  )
  const ends = hosts.flatMap(({target, segments}) =>
    whole.has(formatTarget(target))
      ? segments.flatMap(({ask}) => (ask.segment.span === 'ssh' ? [{target, ask}] : []))
      : [],
  )
  if (ends.length === 0 || context.signal.aborted) return made
  const lost = made.outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.host] : []))
  if (lost.length > 0) context.tell?.(`${listNames(lost)}: not joined; the report has the reason`)
  const last = Math.max(...tasks.map(({id}) => Number(id)))
  const {tasks: more, outcomes} = await joinSegments(ends, context, last)
  return answersResult({tasks: [...tasks, ...more], refused}, [...made.outcomes, ...outcomes])
}

function changesOf(outcome: Outcome) {
  return outcome.status === 'ok' && outcome.data.kind === 'net-diff' ? outcome.data.changes : undefined
}

async function confirmDiff(shown: RunResult, {ask}: CommandContext): Promise<void> {
  if (ask === undefined)
    throw new UsageError(
      ['the networks of the file would be changed'],
      'add --yes, or see what would be done with --diff',
    )
  if (!(await ask('change the hosts so? (yes/no)', shown))) throw new UsageError(['not confirmed; nothing was changed'])
}

interface Asked {
  readonly target: Target
  readonly ask: NetApplyAsk
}

/** One task for each host; ids begin behind `from`. */
function planAll(asked: readonly Asked[], verb: 'net-diff' | 'net-apply', context: CommandContext, from = 0) {
  const [first, ...rest] = asked.map(({target, ask}): NetWork => ({target, action: {verb, ask}}))
  if (first === undefined) throw new UsageError(['no host is named'])
  const plan = planNet([first, ...rest], context)
  return {...plan, tasks: plan.tasks.map((task, index) => ({...task, id: String(from + index + 1)}))}
}

function askOf(segments: readonly Placed[], {file, force, remove}: ApplyCall): NetApplyAsk {
  const origin = originOf(file)
  return {
    segments: segments.map(({ask}) => ({
      ...ask,
      segment: {...ask.segment, ...(origin !== undefined && {origin})},
      ...(force && {force: true as const}),
    })),
    ...(remove && {remove: true}),
    ...(origin !== undefined && {origin}),
  }
}

/** The same file of the same person on the same machine; standard input is none. */
function originOf(file: string): string | undefined {
  if (file === '-') return undefined
  return createHash('sha256')
    .update(`${whoAsks()}\0${resolve(file)}`)
    .digest('hex')
    .slice(0, 16)
}

/** Throws UsageError with every fault of the file, each with its line. */
async function readHosts(call: ApplyCall, context: CommandContext): Promise<readonly HostSegments[]> {
  const document = await context.documents.read(call.file, 'net')
  const found: NodeFault[] = []
  const hosts = new Map<string, {target: Target; segments: Placed[]}>()
  for (const segment of parseSegments(document.value, call.become, found)) {
    const targets = await targetsOf(segment, call, context, found)
    if (segment.ask.segment.span !== undefined && targets.length < 2)
      found.push({
        pointer: `${segment.pointer}/span`,
        reason: `${segment.ask.name} is on one host: there is nothing to join`,
      })
    for (const target of targets) {
      const name = formatTarget(target)
      const known = hosts.get(name)
      if (known === undefined) hosts.set(name, {target, segments: [segment]})
      else known.segments.push(segment)
    }
  }
  for (const {target, segments} of hosts.values()) refuseCollisions(formatTarget(target), segments, found)
  const faults = documentFaults(document, found)
  const only = call.hosts.length === 0 ? undefined : await namedHosts(call, context, faults)
  for (const name of only ?? []) if (!hosts.has(name)) faults.push(`${call.file}: no segment is on ${name}`)
  if (faults.length > 0) throw new UsageError(faults, 'ctys help networks says what may stand in it')
  return [...hosts].filter(([name]) => only === undefined || only.has(name)).map(([, host]) => host)
}

async function namedHosts(
  {hosts, login}: ApplyCall,
  context: CommandContext,
  faults: string[],
): Promise<ReadonlySet<string>> {
  const targets = parseTargets(await expandTargets(hosts, context, faults), login, faults)
  return new Set(targets.map(formatTarget))
}

async function targetsOf(
  {hosts, hostsPointer: pointer}: ReadSegment,
  {login}: ApplyCall,
  context: CommandContext,
  found: NodeFault[],
): Promise<readonly Target[]> {
  const said: string[] = []
  const targets = parseTargets(await expandTargets(hosts, context, said), login, said)
  found.push(...said.map((reason) => ({pointer, reason})))
  return targets
}

/** What two segments of a host cannot both have. */
function refuseCollisions(host: string, segments: readonly Placed[], found: NodeFault[]): void {
  const nameOf = ({ask: {name, user = ''}}: Placed) => `${name} ${user}`
  segments.forEach((one, index) => {
    const {ask} = one
    const fault = (key: string, reason: string) =>
      found.push({pointer: key === '' ? one.pointer : `${one.pointer}/${key}`, reason})
    for (const other of segments.slice(0, index)) {
      if (nameOf(other) === nameOf(one)) fault('name', `a segment ${ask.name} stands twice on ${host}`)
      const [own, its] = [ask.segment.address, other.ask.segment.address].map((text) =>
        text === undefined ? undefined : readNetwork(text),
      )
      if (own !== undefined && its !== undefined && overlap(own, its))
        fault('address', `${own.text} and ${its.text} of ${other.ask.name} overlap on ${host}`)
      if (ask.bridge !== undefined && ask.bridge === other.ask.bridge && own !== undefined && its !== undefined)
        fault('bridge', `is that of ${other.ask.name} too, which has an address of its own`)
    }
    ask.segment.links?.forEach(({to}, at) => {
      const isThere = segments.some(
        (other) => other.ask.name === to && other.ask.user === ask.user && other.ask.segment.switch,
      )
      if (!isThere) fault(`links/${at}/to`, `no segment ${to} with a switch of the same user is on ${host}`)
    })
  })
}
