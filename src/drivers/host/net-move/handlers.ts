/** NET-MOVE, NET-UNDO, NET-CONFIRM and NET-PENDING. */
import {ActionError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler, readingHandler} from '../../../domain/work/handler.js'
import type {NetChange, NetPendingData, NetUndoAsk} from '../../../domain/work/net-move.js'
import {pastable} from '../../../lib/shell-quote.js'
import {endError} from './ask.js'
import {makeChange} from './begin.js'
import {readTold} from './read-changes.js'
import {refusal} from './refusals.js'
import {lookScript} from './remote/look.js'
import {decide, seeThrough} from './see-through.js'

export const netPending = readingHandler<'net-pending'>((_task, at) => look(at))

export const netMove = handler<'net-move', undefined>({
  // the host looks itself, under the name of the change
  check: async () => undefined,
  async run({ask}, at) {
    const {interface: card, bridge, needs} = ask
    return {kind: 'net-move', ...(await makeChange({ask, way: 'move', interface: card, bridge, needs}, at))}
  },
})

export const netUndo = handler<'net-undo', NetPendingData>({
  check: (_task, at) => look(at),
  async run({ask}, at, {pending}) {
    if (pending !== undefined) return {kind: 'net-undo', how: 'cancelled', ...(await cancel(ask, pending, at))}
    const {bridge = ''} = ask
    return {
      kind: 'net-undo',
      how: 'back',
      ...(await makeChange({ask, way: 'back', interface: '', bridge, needs: []}, at)),
    }
  },
})

/** The way here may change its device meanwhile, so it is asked again where no answer came. */
async function cancel({become}: NetUndoAsk, {id}: NetChange, at: HostContext) {
  const since = performance.now()
  const told = await decide(at.session, {id, what: 'cancel', become, signal: at.signal})
  const change = told?.changes.find((one) => one.change.id === id)?.change
  if (change?.phase === 'reverted') return {change, forced: []}
  const failed = change?.phase === 'broken' ? endError(formatTarget(at.session.target), change) : undefined
  if (failed !== undefined) throw failed
  return {change: await seeThrough({id, what: 'cancel', timerMs: 0, become, since}, at), forced: []}
}

export const netConfirm = handler<'net-confirm', undefined>({
  check: async () => undefined,
  async run({ask}, {session, signal}) {
    const {id = '', extendMs, become} = ask
    const host = formatTarget(session.target)
    const what = extendMs === undefined ? 'confirm' : 'extend'
    const seconds = Math.ceil((extendMs ?? 0) / 1000)
    const told = await decide(session, {id, what, seconds, become, signal})
    const [verdict = ''] = told?.verdict ?? []
    const change = told?.changes.find((one) => id === '' || one.change.id === id)?.change
    if (change !== undefined && (verdict === 'confirmed' || verdict === 'extended')) {
      const failed = endError(host, change)
      if (failed !== undefined) throw failed
      return {kind: 'net-confirm', did: verdict, change}
    }
    // it was confirmed before, and the answer was lost
    if (change?.phase === 'confirmed' && id !== '') return {kind: 'net-confirm', did: 'confirmed', change}
    throw notDecided(verdict, change, {host, id})
  },
})

function notDecided(
  verdict: string,
  change: NetChange | undefined,
  {host, id}: {readonly host: string; readonly id: string},
): Error {
  const name = pastable(host)
  const ended = change && (id !== '' || verdict === 'late' || verdict === 'orphan') && endError(host, change)
  if (ended) return ended
  switch (verdict) {
    case 'stale':
      return new PreconditionError(
        'NET_STALE',
        `${host}: this connection was there before the change, and proves nothing`,
        {
          hint: 'log in anew and confirm from there',
        },
      )
    case 'none':
    case 'other':
    case 'late':
      return new PreconditionError(
        'NET_NOT_PENDING',
        `${host}: ${id === '' ? 'no change is pending' : `change ${id} is not pending`}`,
        {
          hint: `ctys net pending ${name}`,
        },
      )
    default:
      return new ActionError('NET_UNCONFIRMED', `${host}: the change did not come to its end while it was waited for`, {
        hint: `ctys net pending ${name}`,
      })
  }
}

async function look({session, signal}: HostContext): Promise<NetPendingData> {
  const host = formatTarget(session.target)
  const {stdout, stderr} = await session.script(lookScript, [], {deadlineMs: 30_000, signal})
  const told = readTold(stdout.toString())
  const refused = refusal(told, {host})
  if (refused !== undefined) throw refused
  if (!told.lines.has('looked')) {
    throw new PreconditionError('COMMAND_FAILED', `${host}: the changes of its network could not be read`, {
      details: stderr.toString().split('\n').filter(Boolean).slice(0, 10),
    })
  }
  const named = (name: string) => told.changes.filter((one) => one.name === name).map(({change}) => change)
  const [pending] = named('pending')
  const [last] = named('last')
  return {
    kind: 'net-pending',
    ...(pending !== undefined && {pending}),
    ...(last !== undefined && {last}),
    moved: named('moved'),
  }
}
