import {toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import type {Become, NetAsk} from '../../../domain/work/net.js'
import {netAutoScript} from '../remote/net-auto.js'
import {seeDown, takeAway} from './down.js'
import type {NetRecord} from './facts.js'
import {lookAtNet} from './look.js'
import {autoKey} from './names.js'

/**
 * Takes away the networks that were made for machines of these users (their records say so) and have none any more; what was done, and what could not be, each
 * in a sentence. What is in use stays.
 */
export async function removeUnused(users: readonly string[], {session, note}: HostContext): Promise<readonly string[]> {
  // also after Ctrl-C: the machine is gone, and its network goes with it
  const at = {session, note, signal: AbortSignal.timeout(60_000)}
  const {stdout} = await session.script(netAutoScript, users, {deadlineMs: 10_000, signal: at.signal})
  if (stdout.toString() === 'end\n') return []
  const {records} = await lookAtNet({}, at)
  const ours = records.filter(({user, values}) => values.has(autoKey) && users.includes(user))
  const lines: string[] = []
  for (const record of ours) lines.push(...(await removeOne(record, at)))
  return lines
}

async function removeOne({name, user, values}: NetRecord, at: HostContext): Promise<readonly string[]> {
  const become = (values.get(autoKey) ?? '').split(',').filter((way): way is Become => way === 'sudo' || way === 'doas')
  const ask: NetAsk = {name, user, become}
  try {
    const first = await seeDown(ask, at)
    const done = await takeAway(ask, at, first)
    return done.length === 0 ? [] : [`network ${name} of ${user}, made for its machines, was taken away with the last`]
  } catch (error) {
    const {code, message, hint} = toErrorInfo(error)
    if (code === 'NET_IN_USE') return []
    return [
      `network ${name} of ${user} has no machine any more and stays: ${message}${hint === undefined ? '' : `; ${hint}`}`,
    ]
  }
}
