/** NET-JOIN: a plug in the switch of a network, whose frames somebody carries to other hosts until he leaves. */
import {ConnectError, CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostStream} from '../../../domain/ports/host-stream.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import {handler} from '../../../domain/work/handler.js'
import type {NetJoinAsk, NetJoinData} from '../../../domain/work/net-join.js'
import {here} from '../../../lib/command-on.js'
import {interrupted, withDeadline} from '../../../lib/deadline.js'
import {netPlugScript} from '../remote/net-plug.js'
import {lookAtNet} from './look.js'
import {joinedBridge, joinFile, joinOf, ownSwitch, type Parts, partsOf} from './names.js'
import {privilegeFor} from './privilege.js'

/** How often the watcher on the host looks. */
const pauseMs = 1_000
/** Its first word. */
const wordMs = 15_000

interface Seen {
  readonly argv: readonly string[]
  readonly parts: Parts
}

export const netJoin = handler<'net-join', Seen>({
  check: ({ask}, at) => lookUp(ask, at),
  async run({ask}, at, {argv, parts}) {
    const {session, carrier, signal, note} = at
    const host = formatTarget(session.target)
    if (carrier === undefined) throw new CtysError('INTERNAL', 'nobody carries frames')
    const stream = await session.open({argv}, {signal})
    try {
      await plugged(stream, {host, ask, signal})
      const {ended, reason, ...counts} = await carrier.carry({host, stream, note}, signal)
      if (ended !== 'left') {
        throw new ConnectError('CONNECTION_LOST', `${host}: the plug of ${ask.name} is lost: ${reason}`)
      }
      const {name, user, sock, mgmt} = parts
      return {kind: 'net-join', network: {name, user, sock, mgmt}, ...counts} satisfies NetJoinData
    } finally {
      stream.destroy()
    }
  },
})

/** Throws PreconditionError NET_LACKS, NET_MISSING, NET_IN_USE or NO_PRIVILEGE. */
async function lookUp(ask: NetJoinAsk, at: HostContext): Promise<Seen> {
  const host = formatTarget(at.session.target)
  const facts = await lookAtNet(ask, at)
  const {owner, tools} = facts
  if (owner === undefined) throw new PreconditionError('NET_LACKS', `${host}: there is no user ${ask.user ?? ''}`)
  if (!tools.has('vde_plug')) throw lack(host, 'there is no vde_plug', 'install VDE there (Debian: vdeplug, or vde2)')
  const parts = partsOf(ask.name, owner.user, facts)
  if (ownSwitch(parts, owner.uid, facts) === undefined) {
    throw new PreconditionError('NET_MISSING', `${host}: no switch of network ${ask.name} of ${owner.user} runs`, {
      hint: `make it first: ${here`ctys net apply`} -f FILE`,
    })
  }
  const join = joinOf(parts, owner.uid, facts)
  if (join?.lives === true && join.id !== ask.id) throw held(host, ask, join.who)
  const circle = joinedBridge(parts, owner.uid, facts)
  if (circle !== undefined) {
    const {bridge, join: other} = circle
    const what = `bridge ${bridge} of segment ${ask.name} is joined already, as segment ${other.name} of ${other.user} by ${other.who}`
    throw new PreconditionError('NET_IN_USE', `${host}: ${what}`, {hint: circleHint})
  }
  const step = {
    what: 'plug',
    as: 'owner' as const,
    script: netPlugScript,
    argv: [
      ...[parts.sock, joinFile(parts), ask.id, ask.who],
      ...[String(pauseMs / 1000), String(Math.ceil(ask.silenceMs / pauseMs))],
    ],
  }
  return {parts, argv: privilegeFor([step], facts, ask, host).argvOf(step)}
}

interface Plugging {
  readonly host: string
  readonly ask: NetJoinAsk
  readonly signal: AbortSignal
}

/** Reads the first line of the script, and nothing behind it. Throws where the plug is not in. */
async function plugged(stream: HostStream, {host, ask, signal}: Plugging): Promise<void> {
  const line = await withDeadline(firstLine(stream), {
    ms: wordMs,
    signal,
    timeout: () => new ConnectError('CONNECTION_LOST', `${host}: the plug of ${ask.name} said nothing`),
  })
  if (line === 'plugged') return
  if (signal.aborted) throw interrupted()
  if (line.startsWith('held ')) throw held(host, ask, line.slice('held '.length))
  if (line === 'failed count') {
    throw lack(host, 'its kernel does not count what a process reads (/proc/PID/io)', 'CONFIG_TASK_IO_ACCOUNTING=y')
  }
  const why = line.startsWith('failed') ? line : await stream.ended
  throw new PreconditionError('COMMAND_FAILED', `${host}: the plug of ${ask.name} could not be put in: ${why}`)
}

/** Empty where there is none. */
function firstLine(stream: HostStream): Promise<string> {
  return new Promise((resolve) => {
    let said = Buffer.alloc(0)
    const done = (line: string, rest?: Buffer): void => {
      stream.off('data', take)
      stream.pause()
      if (rest !== undefined && rest.length > 0) stream.unshift(rest)
      resolve(line)
    }
    const take = (chunk: Buffer): void => {
      said = Buffer.concat([said, chunk])
      const at = said.indexOf('\n')
      if (at >= 0) done(said.toString('utf8', 0, at), said.subarray(at + 1))
      else if (said.length > 1024) done('')
    }
    stream.on('data', take)
    void stream.ended.then(() => done(''))
  })
}

const circleHint = 'that call has to end first: two of them would send every frame around in a circle'

function held(host: string, {name}: NetJoinAsk, who: string): PreconditionError {
  return new PreconditionError('NET_IN_USE', `${host}: segment ${name} is joined already, by ${who}`, {
    hint: circleHint,
  })
}

function lack(host: string, fault: string, remedy: string): PreconditionError {
  return new PreconditionError('NET_LACKS', `${host}: ${fault}`, {hint: remedy})
}
