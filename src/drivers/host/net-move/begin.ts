/** Begins a change on a host and follows it to its end. */
import {ActionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {NetChange, NetMoveAsk, NetUndoAsk} from '../../../domain/work/net-move.js'
import {askRoot, endError} from './ask.js'
import {hintText, type Told} from './read-changes.js'
import {refusal} from './refusals.js'
import {beginScript} from './remote/begin.js'
import {watchText} from './remote/watch.js'
import {seeThrough} from './see-through.js'

/** The begin of the change is waited for so long, but never longer than a third of the timer. */
const longestMs = 15_000
const shortestMs = 2_000

interface Begin {
  readonly ask: NetMoveAsk | NetUndoAsk
  readonly way: NetChange['way']
  readonly interface: string
  readonly bridge: string
  readonly needs: readonly string[]
}

export interface Made {
  readonly change: NetChange
  readonly forced: readonly string[]
  readonly answeredMs?: number
}

/** Throws PreconditionError where it was refused, and what `seeThrough` throws. */
export async function makeChange(begin: Begin, at: HostContext): Promise<Made> {
  const {ask, way} = begin
  const {id, timerMs, become, force, leave, who, forNetwork} = ask
  const host = formatTarget(at.session.target)
  const since = performance.now()
  const words = [watchText, id, way, begin.interface, begin.bridge, String(Math.ceil(timerMs / 1000))]
  const more = [force ? 'yes' : 'no', who, forNetwork ? 'up' : 'move', ...begin.needs]
  const told = await askRoot(at.session, beginScript, [...words, ...more], {
    ...{become, signal: at.signal},
    patienceMs: Math.max(shortestMs, Math.min(longestMs, timerMs / 3)),
  })
  const refused = told === 'silent' ? undefined : refusal(told, {host, ...named(begin)})
  if (refused !== undefined) throw refused
  const begun = told === 'silent' ? undefined : told.changes.find(({change}) => change.id === id)?.change
  const forced = told === 'silent' ? [] : forcedOf(told)
  const failed = begun && endError(host, begun)
  if (failed !== undefined) throw failed
  if (leave !== undefined || at.reopen === undefined) {
    if (begun !== undefined) return {change: begun, forced}
    throw new ActionError('NET_UNCONFIRMED', `${host}: did not say what became of change ${id}`)
  }
  const change = await seeThrough({id, what: 'confirm', timerMs, become, since}, at)
  return {change, forced, answeredMs: Math.round(performance.now() - since)}
}

/** What stands against a move, or should be known before; nothing is changed. Throws PreconditionError. */
export async function lookAtMove(
  {id, interface: card, bridge, needs, become, force, who}: NetMoveAsk,
  at: HostContext,
): Promise<{readonly forced: readonly string[]; readonly hints: readonly string[]}> {
  const words = [watchText, id, 'move', card, bridge, '0', force ? 'yes' : 'no', who, 'up', ...needs]
  const told = await askRoot(at.session, beginScript, words, {become, signal: at.signal, patienceMs: longestMs})
  if (told === 'silent') throw new ActionError('NET_UNCONFIRMED', `${formatTarget(at.session.target)}: no answer`)
  const refused =
    told.verdict[0] === 'would'
      ? undefined
      : refusal(told, {host: formatTarget(at.session.target), ...{interface: card, bridge}})
  if (refused !== undefined) throw refused
  return {forced: forcedOf(told), hints: (told.lines.get('warning') ?? []).map(hintText)}
}

function named({interface: card, bridge}: Begin) {
  return {...(card !== '' && {interface: card}), ...(bridge !== '' && {bridge})}
}

function forcedOf({lines}: Told): readonly string[] {
  return [
    ...(lines.get('owner') ?? []).map((line) => `kept by ${line}`),
    ...(lines.get('storage') ?? []).map((line) => `reached over it: ${line}`),
  ]
}
