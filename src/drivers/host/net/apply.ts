/**
 * NET-DIFF and NET-APPLY: the segments of a file on one host. What is to be changed is shown first; it is done only while
 * the host is as it was then.
 */
import {createHash} from 'node:crypto'
import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler, readingHandler} from '../../../domain/work/handler.js'
import type {NetAsk, NetPlaces} from '../../../domain/work/net.js'
import type {
  NetApplyAsk,
  NetApplyData,
  NetDiffData,
  NetDiffLine,
  NetSegmentState,
  SegmentAsk,
} from '../../../domain/work/net-segment.js'
import {netLinkScript, netUnlinkScript} from '../remote/net-link.js'
import {seeDown, takeAway} from './down.js'
import type {NetRecord} from './facts.js'
import {lookAtNet} from './look.js'
import {originKey} from './names.js'
import type {NetPlan} from './plan-types.js'
import type {Step} from './steps.js'
import {makeWhole, seeUp} from './up.js'

interface Planned {
  readonly segment: string
  /** It is taken away. */
  readonly goes: boolean
  readonly network: NetPlaces
  readonly steps: readonly Step[]
  readonly remarks: readonly string[]
}

export const netDiff = readingHandler<'net-diff'>(async ({ask}, at) => {
  const planned = await planAll(ask, at)
  return {
    kind: 'net-diff',
    changes: planned.flatMap(linesOf),
    fingerprint: fingerprint(planned),
    remarks: remarksOf(planned),
  } satisfies NetDiffData
})

export const netApply = handler<'net-apply', readonly Planned[]>({
  async check({ask}, at) {
    const planned = await planAll(ask, at)
    if (ask.expect === undefined || ask.expect === fingerprint(planned)) return planned
    const host = formatTarget(at.session.target)
    throw new PreconditionError('NET_CHANGED', `${host}: its networks are not as they were when the plan was made`, {
      hint: 'look again: the same call shows what would be done now',
      details: planned.flatMap(linesOf).map(({segment, sign, what}) => `now: ${segment}: ${sign} ${what}`),
    })
  },
  async run({ask}, at, planned) {
    // what goes may be in the way of what comes
    await removeAll(await goingOf(ask, at), at)
    if (ask.remove !== true) await makeAll(ask.segments, planned, at)
    return {
      kind: 'net-apply',
      segments: planned.map(stateOf),
      changes: planned.flatMap(linesOf),
      remarks: remarksOf(planned),
    } satisfies NetApplyData
  },
})

/** What goes, then what is made, in the order of the file. */
async function planAll(ask: NetApplyAsk, at: HostContext): Promise<readonly Planned[]> {
  const planned: Planned[] = []
  const add = (name: string, goes: boolean, {network, steps, remarks}: NetPlan): void =>
    void planned.push({segment: name, goes, network, steps, remarks})
  for (const one of await goingOf(ask, at)) add(one.name, true, (await seeDown(one, at)).plan)
  if (ask.remove === true) return planned
  for (const one of ask.segments) add(one.name, false, (await seeUp(one, at)).plan)
  return planned
}

/** What was made of this file and stands in it no more; with `remove` all of it, from the end of the file. */
async function goingOf({segments, remove, origin}: NetApplyAsk, at: HostContext): Promise<readonly NetAsk[]> {
  const [first] = segments
  const named: readonly NetAsk[] = remove === true ? segments.toReversed() : []
  if (origin === undefined || first === undefined) return named
  const {become, force} = first
  const {records, me} = await lookAtNet({}, at)
  const stands = ({name, user}: NetRecord) =>
    segments.some((one) => one.name === name && (one.user ?? me.user) === user)
  const left = records.filter((record) => record.values.get(originKey) === origin && !stands(record))
  return [...left.map(({name, user}) => ({name, user, become, ...(force && {force})})), ...named]
}

/** Cables last: the switch on their other side may be one of a later segment. */
async function makeAll(segments: readonly SegmentAsk[], planned: readonly Planned[], at: HostContext): Promise<void> {
  const stepsOf = ({name}: SegmentAsk) =>
    planned.filter(({segment, goes}) => segment === name && !goes).flatMap(({steps}) => steps)
  const make = async (ask: SegmentAsk) => {
    const first = await seeUp(ask, at)
    if (first.plan.steps.length > 0) await makeWhole(ask, at, first)
  }
  for (const ask of segments) {
    const {links, ...rest} = ask.segment
    if (stepsOf(ask).some((step) => !isCable(step))) await make({...ask, segment: rest})
  }
  for (const ask of segments) if (stepsOf(ask).some(isCable)) await make(ask)
}

function isCable({script}: Step): boolean {
  return script === netLinkScript || script === netUnlinkScript
}

async function removeAll(going: readonly NetAsk[], at: HostContext): Promise<void> {
  for (const ask of going) {
    const first = await seeDown(ask, at)
    if (first.plan.steps.length > 0) await takeAway(ask, at, first)
  }
}

function linesOf({segment, steps}: Planned): readonly NetDiffLine[] {
  return steps.flatMap(({what, sign = '+', isMinor}) => (isMinor === true ? [] : [{segment, sign, what}]))
}

function remarksOf(planned: readonly Planned[]): readonly string[] {
  return [...new Set(planned.flatMap(({segment, remarks}) => remarks.map((text) => `${segment}: ${text}`)))]
}

function stateOf({network, steps, goes}: Planned): NetSegmentState {
  if (goes) return {network, state: steps.length === 0 ? 'absent' : 'removed'}
  const isNew = steps.some(({what}) => what === 'record')
  return {network, state: steps.length === 0 ? 'there' : isNew ? 'made' : 'changed'}
}

/** Of every command that would be run. */
function fingerprint(planned: readonly Planned[]): string {
  const all = planned.map(({segment, steps}) => [
    segment,
    steps.map(({as, argv, input = '', script}) => [as, argv, input, script?.name ?? '']),
  ])
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 12)
}
