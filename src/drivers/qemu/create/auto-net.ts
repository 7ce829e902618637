/**
 * `net:auto`: the network that a machine names and its host has not is made before the machine starts, and goes with the
 * last machine on it. The record on the host says that it was made so: what somebody made by itself stays.
 */
import {CtysError, PreconditionError, toErrorInfo} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {AutoNet as AutoNetAsk} from '../../../domain/work/asks.js'
import type {Become, NetAsk, NetUpAsk} from '../../../domain/work/net.js'
import {here} from '../../../lib/command-on.js'
import {seeDown, takeAway} from '../../host/net/down.js'
import type {NetRecord} from '../../host/net/facts.js'
import {lookAtNet} from '../../host/net/look.js'
import {autoKey} from '../../host/net/names.js'
import {makeWhole, type SeenUp, seeUp} from '../../host/net/up.js'

export interface MissingNet {
  readonly kind: 'vde' | 'tap' | 'bridge'
  /** Control directory of the switch, or name of the link. */
  readonly name: string
}

export interface AutoNet {
  readonly ask: NetUpAsk
  readonly seen: SeenUp
  /** What it will not have. */
  readonly remarks: readonly string[]
}

export function refuseMissingNet({kind, name}: MissingNet, {label}: EnumeratedMachine, host: string) {
  const auto = 'or let the start make it: --net auto'
  const faults = {
    vde: [
      `there is no switch at ${name}`,
      `${here`ctys net up ${host}`}, as root or with --sudo; one without a way out needs neither: --extent switch; ${auto}`,
    ],
    tap: [`there is no TAP ${name}`, `as root there: ${here`ip tuntap add dev ${name} mode tap user USER`}`],
    bridge: [`there is no bridge ${name}`, `${here`ctys net up ${host} -b ${name}`}, as root or with --sudo; ${auto}`],
  } as const
  const [what, hint] = faults[kind]
  return new PreconditionError('NET_MISSING', `${host}: the network of ${label} is missing: ${what}`, {hint})
}

/**
 * What is to be made. A switch whose account may not make TAP and bridge is made alone. Throws NET_MISSING for what ctys
 * makes nowhere, else as `net up`.
 */
export async function seeNet(
  missing: MissingNet,
  machine: EnumeratedMachine,
  {become}: AutoNetAsk,
  context: HostContext,
): Promise<AutoNet> {
  const host = formatTarget(context.session.target)
  const base = {become, auto: true} as const
  if (missing.kind === 'bridge') {
    const segment = {switch: false, ports: []}
    const ask: NetUpAsk = {...base, name: missing.name, extent: 'bridge', bridge: missing.name, segment}
    return {ask, seen: await seeUp(ask, context), remarks: []}
  }
  const [, name] = /\/vde_switch([A-Za-z0-9_-]{1,32})\.[^/]+$/.exec(missing.name) ?? []
  if (missing.kind === 'tap' || name === undefined) throw refuseMissingNet(missing, machine, host)
  const see = async (extent: NetUpAsk['extent']) => {
    const ask: NetUpAsk = {...base, name, extent}
    const seen = await seeUp(ask, context)
    // it belongs to another account, or lies elsewhere
    if (seen.plan.network.sock !== missing.name) throw refuseMissingNet(missing, machine, host)
    return {ask, seen}
  }
  try {
    return {...(await see('bridge')), remarks: []}
  } catch (error) {
    if (!(error instanceof CtysError && error.code === 'NO_PRIVILEGE')) throw error
    const why = `network ${name} has no TAP and no bridge, which need root or --sudo: its guests reach each other alone`
    return {...(await see('switch')), remarks: [why]}
  }
}

/** How many starts of this call need it. */
const starting = new Map<string, number>()

/** Makes it and starts; one that no machine is on after all is taken away again. Throws as `net up`, or as the start. */
export async function startOn<T>(
  {ask, seen, remarks}: AutoNet,
  context: HostContext,
  start: (remarks: readonly string[]) => Promise<T>,
): Promise<T> {
  const {user} = seen.plan.network
  const key = [formatTarget(context.session.target), user, ask.name].join(' ')
  starting.set(key, (starting.get(key) ?? 0) + 1)
  try {
    const {done} = await makeWhole(ask, context, seen)
    const what = ask.segment?.switch === false ? `bridge ${ask.bridge}` : `network ${ask.name}`
    const made = done.length === 0 ? [] : [`${what} was made for it, and goes with the last machine on it`]
    return await start([...made, ...remarks])
  } catch (error) {
    const others = (starting.get(key) ?? 1) - 1
    const lines = others > 0 ? [] : await removeUnused([user], context).catch(() => [])
    for (const line of lines) context.note(line)
    throw error
  } finally {
    const others = (starting.get(key) ?? 1) - 1
    if (others > 0) starting.set(key, others)
    else starting.delete(key)
  }
}

/**
 * Takes away what was made for machines of these users and has none any more; what was done, and what could not be, each
 * in a sentence. What is in use stays.
 */
export async function removeUnused(users: readonly string[], {session, note}: HostContext): Promise<readonly string[]> {
  // also after Ctrl-C: the machine is gone, and its network goes with it
  const at = {session, note, signal: AbortSignal.timeout(60_000)}
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
