/**
 * The segments of a file that span hosts, joined as long as the person wants: one plug on each host, and a hub here. A host
 * that is lost comes back by itself, and costs the others nothing.
 */
import {randomBytes} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import type {ErrorCode} from '../../../domain/error-codes.js'
import type {FrameCarrier} from '../../../domain/ports/frame-carrier.js'
import type {CommandContext} from '../../../domain/ports/ports.js'
import {formatTarget, type Target} from '../../../domain/target.js'
import type {NetJoinAsk} from '../../../domain/work/net-join.js'
import type {SegmentAsk} from '../../../domain/work/net-segment.js'
import type {Outcome} from '../../../domain/work/outcome.js'
import type {Task} from '../../../domain/work/plan.js'
import {listNames} from '../../../lib/list-names.js'
import {whoAsks} from '../../../lib/who.js'
import {planNet, runNet} from '../../run/net-tasks.js'
import {FrameHub} from './frame-hub.js'

/** One segment on one host. */
export interface SegmentEnd {
  readonly target: Target
  readonly ask: SegmentAsk
}

interface Joined {
  readonly tasks: readonly Task[]
  readonly outcomes: readonly Outcome[]
}

const beatMs = 2_000
const silenceMs = 30_000
const firstPauseMs = 1_000
const longestPauseMs = 30_000

/** What passes by itself: the host comes back, or gives up the dead connection. */
const passing: ReadonlySet<ErrorCode> = new Set([
  'CONNECTION_LOST',
  'UNREACHABLE',
  'CONNECT_TIMEOUT',
  'LOGINS_LIMITED',
  'COMMAND_TIMEOUT',
])

/** Ids of tasks begin behind `from`. Never rejects: a host that fails is an outcome. */
export async function joinSegments(
  ends: readonly SegmentEnd[],
  context: CommandContext,
  from: number,
): Promise<Joined> {
  const segments = new Map<string, SegmentEnd[]>()
  for (const end of ends) {
    const key = `${end.ask.name} ${end.ask.user ?? ''}`
    segments.set(key, [...(segments.get(key) ?? []), end])
  }
  let next = from
  const all = await Promise.all(
    [...segments.values()].map((group) => {
      const begin = next
      next += group.length
      return joinSegment(group, context, begin)
    }),
  )
  return {tasks: all.flatMap(({tasks}) => tasks), outcomes: all.flatMap(({outcomes}) => outcomes)}
}

async function joinSegment(group: readonly SegmentEnd[], context: CommandContext, from: number): Promise<Joined> {
  const alone = new AbortController()
  const hub = new FrameHub({beatMs, silenceMs})
  const at = {...context, signal: AbortSignal.any([context.signal, alone.signal])}
  const name = group[0]?.ask.name ?? ''
  const tell = (text: string) => context.tell?.(`${name}: ${text}`)
  const lines = group.map(({target, ask}, index) => {
    const {user, become} = ask
    const own: NetJoinAsk = {
      ...{name, become, silenceMs, id: randomBytes(8).toString('hex'), who: whoAsks()},
      ...(user !== undefined && {user}),
    }
    const plan = planNet([{target, action: {verb: 'net-join', ask: own}}], context)
    return {host: formatTarget(target), plan: {...plan, tasks: withId(plan.tasks, from + index + 1)}}
  })
  tell(
    `joins ${listNames(
      lines.map(({host}) => host),
      20,
    )} as long as this call lasts; Ctrl-C ends it`,
  )
  let left = lines.length
  const inside = new Set<string>()
  // one end alone has nobody to talk to
  const isAlone = (): boolean => left === 1
  const leaveAlone = (): void => {
    if (!isAlone() || inside.size === 0 || at.signal.aborted) return
    tell('only one host is left of it')
    alone.abort()
  }
  const outcomes = await Promise.all(
    lines.map(async ({host, plan}) => {
      const outcome = await keepJoined(plan, {
        ...{hub, context: at, isAlone, tell: (text: string) => tell(`${host}: ${text}`)},
        changed: (isIn) => {
          if (isIn) inside.add(host)
          else inside.delete(host)
          leaveAlone()
        },
      })
      left -= 1
      leaveAlone()
      return outcome
    }),
  )
  return {tasks: lines.flatMap(({plan}) => plan.tasks), outcomes: outcomes.flat()}
}

function withId(tasks: readonly Task[], id: number): readonly Task[] {
  return tasks.map((task) => ({...task, id: String(id)}))
}

interface Keeping {
  readonly hub: FrameHub
  readonly context: CommandContext
  readonly tell: (text: string) => void
  /** It is joined, or not any more. */
  readonly changed: (isIn: boolean) => void
  /** Nobody else is left. */
  readonly isAlone: () => boolean
}

/** Until the signal fires, or nothing is to be hoped for. */
async function keepJoined(
  plan: ReturnType<typeof planNet>,
  {hub, context, tell, changed, isAlone}: Keeping,
): Promise<readonly Outcome[]> {
  let pauseMs = firstPauseMs
  let said = ''
  let times = 0
  const joined = (): void => {
    tell(times++ === 0 ? 'joined' : 'joined again')
    pauseMs = firstPauseMs
    said = ''
    changed(true)
  }
  const carrier: FrameCarrier = {carry: (end, signal) => hub.carry(end, signal, joined)}
  for (;;) {
    const outcomes = await runNet(plan, {...context, carrier})
    changed(false)
    const [outcome] = outcomes
    const error = outcome !== undefined && 'error' in outcome ? outcome.error : undefined
    if (context.signal.aborted || error === undefined) return outcomes
    const text = `${error.code}: ${error.message}`
    const passes = passing.has(error.code) && !isAlone()
    if (text !== said) tell(passes ? `${text}; trying again until it is back` : text)
    said = text
    if (!passes) return outcomes
    await sleep(pauseMs, undefined, {signal: context.signal}).catch(() => undefined)
    if (context.signal.aborted) return outcomes
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}
