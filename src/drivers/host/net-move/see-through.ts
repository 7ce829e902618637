/**
 * From the begin of a change to its end: the host is reached again over new connections until one confirms, or the host
 * says that it took the change back. That the link is lost on the way is how such a change goes, and proves nothing.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {ActionError, CtysError} from '../../../domain/errors.js'
import type {HostContext, HostSession} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {Become} from '../../../domain/work/net.js'
import type {NetChange} from '../../../domain/work/net-move.js'
import {pastable} from '../../../lib/shell-quote.js'
import {askRoot, changeText, endError} from './ask.js'
import type {Told} from './read-changes.js'
import {refusal} from './refusals.js'
import {decideScript} from './remote/decide.js'

/** How long after the timer of the host it is still asked what became of it. */
const afterTimerMs = 60_000
const connectMs = 10_000
const answerMs = 25_000
const pauseMs = 200
/** A begin that was not answered may still come to the host for so long. */
const lateBeginMs = 5_000

interface Decision {
  readonly id: string
  readonly what: 'confirm' | 'cancel'
  readonly timerMs: number
  readonly become: readonly Become[]
  /** When it began, by performance.now(). */
  readonly since: number
}

/** The change as it ended: confirmed, or reverted after a cancel. Throws NET_ROLLED_BACK, NET_BROKEN, NET_UNCONFIRMED. */
export async function seeThrough(decision: Decision, at: HostContext): Promise<NetChange> {
  const {id, since, timerMs} = decision
  const host = formatTarget(at.session.target)
  const until = since + timerMs + afterTimerMs
  let last: unknown
  while (performance.now() < until) {
    interruptedWith(decision, at, host)
    const told = await decideAnew(decision, at).catch((error: unknown) => {
      last = error
      return undefined
    })
    interruptedWith(decision, at, host)
    const ended = told && judge(told, decision, host)
    if (ended !== undefined) return ended
    if (told === undefined)
      at.note(`not reached yet, ${Math.max(0, Math.round((until - performance.now()) / 1000))} s left`)
    await delay(pauseMs)
  }
  throw new ActionError('NET_UNCONFIRMED', `${host}: not reached again over a new connection: change ${id}`, {
    hint: `the host puts the old network back by itself; look later: ctys net pending ${pastable(host)}`,
    ...(last instanceof CtysError && {details: [`${last.code}: ${last.message}`], cause: last}),
  })
}

/** A decision over a connection of its own; undefined while there is none. */
async function decideAnew({id, what, become}: Decision, at: HostContext): Promise<Told | undefined> {
  const {reopen, signal} = at
  if (reopen === undefined) return undefined
  const session = await reopen(AbortSignal.any([signal, AbortSignal.timeout(connectMs)]))
  try {
    return await decide(session, {id, what, become, signal})
  } finally {
    // a link that is lost again must not be waited for
    void session.close()
  }
}

interface Asked {
  readonly id: string
  readonly what: 'confirm' | 'cancel' | 'extend'
  readonly seconds?: number
  readonly become: readonly Become[]
  readonly signal: AbortSignal
}

/** Undefined where the host did not answer. Throws PreconditionError where it refused. */
export async function decide(
  session: HostSession,
  {id, what, seconds = 0, become, signal}: Asked,
): Promise<Told | undefined> {
  const limits = {become, signal, deadlineMs: 110_000, patienceMs: what === 'cancel' ? 100_000 : answerMs}
  const told = await askRoot(session, decideScript, [id, what, String(seconds)], limits)
  if (told === 'silent') return undefined
  const refused = isVerdict(told) ? undefined : refusal(told, {host: formatTarget(session.target)})
  if (refused !== undefined) throw refused
  return told
}

const verdicts: ReadonlySet<string> = new Set([
  'confirmed',
  'extended',
  'cancelled',
  'stale',
  'none',
  'other',
  'late',
  'orphan',
  'working',
])

function isVerdict({verdict: [word = '']}: Told): boolean {
  return verdicts.has(word)
}

/** The end of the change; undefined while it has none. Throws for an end that is not the one that was wanted. */
function judge(told: Told, {id, what, since}: Decision, host: string): NetChange | undefined {
  const [word] = told.verdict
  const change = told.changes.find((one) => one.change.id === id)?.change
  if (word === 'stale' || word === 'working') return undefined
  if (change === undefined) {
    if (performance.now() - since < lateBeginMs) return undefined
    throw new ActionError('NET_FAILED', `${host}: change ${id} was not begun, or the host was restarted`, {
      hint: `ctys net pending ${pastable(host)}`,
    })
  }
  if (what === 'cancel' && change.phase === 'reverted') return change
  const error = endError(host, change)
  if (error !== undefined) throw error
  if (change.phase !== 'confirmed') return undefined
  if (what === 'confirm') return change
  throw new ActionError(
    'NET_NOT_PENDING',
    `${host}: ${changeText(change)} was confirmed before it could be cancelled`,
    {
      hint: `ctys net undo ${pastable(host)} moves it back`,
    },
  )
}

/** The user stopped it: whatever is pending then stays so until its timer. */
function interruptedWith({id}: Decision, {signal}: HostContext, host: string): void {
  if (!signal.aborted) return
  throw new CtysError('INTERRUPTED', `${host}: stopped by the user while change ${id} was pending`, {
    hint: `the host puts the old network back by itself; at once: ctys net undo ${pastable(host)}`,
  })
}
