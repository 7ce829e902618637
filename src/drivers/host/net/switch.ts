/** NET-SWITCH: what one switch says of itself in its own words, and the sockets of all of them, as ctys-setupVDE shows them. */
import {PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {NetSwitchAsk, NetSwitchData} from '../../../domain/work/net.js'
import {here} from '../../../lib/command-on.js'
import {netSocketsScript} from '../remote/net-sockets.js'
import type {NetFacts, SwitchProcess} from './facts.js'
import {talkTo} from './holders.js'
import {lookAtNet} from './look.js'
import {readPorts} from './management.js'
import {otherSwitch, ownSwitch, partsOf} from './names.js'

export const netSwitch = readingHandler<'net-switch'>(async ({ask}, at) => {
  const {show} = ask
  if (show === 'list' || show === 'listall')
    return {kind: 'net-switch', show, whole: true, lines: await sockets(ask, at)}
  const facts = await lookAtNet(ask, at)
  const process = switchOf(facts, ask, at)
  const commands = show === 'info' ? ['showinfo', 'ds/showinfo', 'port/showinfo'] : ['port/allprint']
  const answers = await talkTo(process, commands, {facts, become: ask.become, at})
  const lines = answers.flatMap((text) => text.split('\n'))
  if (show !== 'check') return {kind: 'net-switch', show, whole: true, lines}
  return {kind: 'net-switch', show, ...check(answers[0] ?? '', facts)} satisfies NetSwitchData
})

/** Throws NET_MISSING, or NET_LACKS for a user that is not there. */
function switchOf(facts: NetFacts, ask: NetSwitchAsk, {session}: HostContext): SwitchProcess {
  const host = formatTarget(session.target)
  const {owner} = facts
  if (owner === undefined) throw new PreconditionError('NET_LACKS', `${host}: there is no user ${ask.user ?? ''}`)
  const parts = partsOf(ask.name, owner.user, facts)
  const own = ownSwitch(parts, owner.uid, facts)
  // another's is as good to look at
  const found = own ?? otherSwitch(parts, undefined, facts)
  if (found !== undefined) return found
  throw new PreconditionError('NET_MISSING', `${host}: no switch runs at ${parts.sock}`, {
    hint: `${here`ctys net up ${host} -u ${owner.user}`}${ask.name === '0' ? '' : here` --name ${ask.name}`}; those that are there: ${here`ctys net status ${host}`}`,
  })
}

/** It takes a TAP on a port, and sockets that are alive. */
function check(text: string, {places}: NetFacts): Pick<NetSwitchData, 'lines' | 'whole'> {
  const ends = readPorts(text).flatMap(({endpoints}) => endpoints)
  const taps = ends.flatMap(({tap}) => tap ?? [])
  const isLive = places?.sock.listens === true && places.mgmt.listens
  const whole = taps.length > 0 && isLive
  return {
    whole,
    lines: [
      taps.length > 0 ? `ok tap ${taps.join(' ')}` : 'fault no TAP is on a port',
      isLive ? `ok sockets ${places.sock.path} ${places.mgmt.path}` : 'fault nobody takes connections at its sockets',
      `clients ${ends.length - taps.length}`,
    ],
  }
}

async function sockets({show}: NetSwitchAsk, {session, signal}: HostContext): Promise<readonly string[]> {
  const {stdout} = await session.script(netSocketsScript, [], {deadlineMs: 20_000, signal})
  const lines = stdout.toString().split('\n')
  if (lines.at(-2) !== 'end') {
    throw new PreconditionError('COMMAND_FAILED', `${formatTarget(session.target)}: its sockets could not be looked at`)
  }
  return lines.flatMap((line) => {
    const [, what = '', state = '', path = ''] = /^(\S+) \S+ (\S+) (.*)$/.exec(line) ?? []
    if (path === '' || (what === 'client' && show === 'list')) return []
    return [`${what === 'client' ? '  ' : ''}${path}${state === 'live' ? '' : ' (stale)'}`]
  })
}
