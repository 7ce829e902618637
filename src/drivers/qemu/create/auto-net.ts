/**
 * `net:auto`: the network that a machine names and its host has not is made before the machine starts, and goes with the
 * last machine on it. The record on the host says that it was made so: what somebody made by itself stays.
 */
import {CtysError, PreconditionError} from '../../../domain/errors.js'
import type {HostContext} from '../../../domain/ports/ports.js'
import {formatTarget} from '../../../domain/target.js'
import type {EnumeratedMachine} from '../../../domain/work/answers.js'
import type {AutoNetAsk} from '../../../domain/work/asks.js'
import type {NetUpAsk} from '../../../domain/work/net.js'
import {here} from '../../../lib/command-on.js'
import {isNetworkName} from '../../../lib/network-name.js'
import {removeUnused} from '../../host/net/remove-unused.js'
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

/** NET_MISSING, with the calls that mend it. */
export function refuseMissingNet(
  {kind, name}: MissingNet,
  {label}: EnumeratedMachine,
  host: string,
): PreconditionError {
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
  const name = nameOf(missing)
  if (!isNetworkName(name)) throw refuseMissingNet(missing, machine, host)
  if (missing.kind === 'bridge') {
    const segment = {switch: false, ports: []}
    const ask: NetUpAsk = {...base, name, extent: 'bridge', bridge: missing.name, segment}
    return {ask, seen: await seeUp(ask, context), remarks: []}
  }
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

/** Of a bridge its own, of a switch what stands in its place; empty for what ctys does not make. */
function nameOf({kind, name}: MissingNet): string {
  if (kind === 'bridge') return name.replaceAll('.', '_')
  return kind === 'vde' ? (/\/vde_switch([^/.]+)\.[^/]+$/.exec(name)?.[1] ?? '') : ''
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
