/**
 * What is to be taken away of a network: exactly what ctys made of it. Pure. Throws PreconditionError while something
 * else is still on it.
 */
import {PreconditionError} from '../../../domain/errors.js'
import type {NetAsk, NetPlaces} from '../../../domain/work/net.js'
import {listNames} from '../../../lib/list-names.js'
import type {Link, NetFacts, NetRecord} from './facts.js'
import {addressKey, bridgeAlias, draftName, ownBridge, ownSwitch, partsOf, recordOf, tapOf} from './names.js'
import {plugAway} from './plan-plug.js'
import {linksAway} from './plan-ports.js'
import {natAway, serverAway} from './plan-services.js'
import {tunnelAway, tunnelOf} from './plan-tunnel.js'
import type {NetPlan} from './plan-types.js'
import {isHalfMade} from './plan-up.js'
import {forget, release, removeLink, type Step, setAddress, setAlias, setDown, stopSwitch} from './steps.js'
import {removeAddress} from './steps-services.js'

/** Who is on the switch beside its own TAP, each as people read it; or why it could not be asked. */
export type Holders = {readonly names: readonly string[]} | {readonly unasked: string}

/** Throws NET_LACKS, NET_FOREIGN or NET_IN_USE. */
export function planDown(
  facts: NetFacts,
  ask: NetAsk,
  {holders, host}: {readonly holders: Holders; readonly host: string},
): NetPlan {
  const {owner, places} = facts
  if (owner === undefined) {
    throw new PreconditionError('NET_LACKS', `${host}: there is no user ${ask.user ?? ''}`, {
      hint: 'name one of the host: -u USER',
    })
  }
  const parts = withRecorded(partsOf(ask.name, owner.user, facts), facts, owner.uid)
  const own = ownSwitch(parts, owner.uid, facts)
  const record = recordOf(parts, owner.uid, facts)
  const tap = ownTap(facts.links.get(parts.tap), {parts, uid: owner.uid})
  const bridgeName = tap?.master ?? record?.values.get('bridge')
  const bridge = bridgeName === undefined ? undefined : facts.links.get(bridgeName)
  const tunnel = tunnelOf(facts, parts)
  const draft = bridgeName === undefined ? undefined : facts.links.get(draftName(bridgeName, parts))
  const users =
    bridge === undefined
      ? []
      : portsOf(bridge.name, facts).filter(({name}) => name !== tap?.name && name !== tunnel?.name)
  const siblings = users.filter((port) => tapOf(port) !== undefined)
  const ofBridge = bridge === undefined ? undefined : ownBridge(bridge)
  const isLast = ofBridge !== undefined && siblings.length === 0 && (tap !== undefined || record !== undefined)
  // the addresses of the host come back first, under a watchdog
  const isBridgeFree = isLast && ofBridge.moved === undefined
  const isServed = ofBridge?.segment?.name === parts.name && ofBridge.segment.user === parts.user
  const isEmptied = isLast && ofBridge.moved === 'up'
  const others = users.filter((port) => tapOf(port) === undefined && port.name !== ofBridge?.interface)
  const inUse = [
    ...holdersOf(holders, own !== undefined),
    ...tapHolders(facts, tap, own?.pid),
    ...(isBridgeFree || isEmptied ? others.map(({name, kind}) => `${kind} ${name} in ${bridge?.name}`) : []),
  ]
  if (inUse.length > 0 && ask.force !== true) {
    throw new PreconditionError(
      'NET_IN_USE',
      `${host}: network ${ask.name} of ${owner.user} is in use: ${listNames(inUse, 5)}`,
      {
        hint: 'stop them, or take it down under them: -f',
        ...(inUse.length > 1 && {details: inUse}),
      },
    )
  }
  const hasSockets =
    (record !== undefined || own !== undefined) &&
    (places?.sock.kind !== 'none' || places.mgmt.kind !== 'none') &&
    !(own === undefined && (places?.sock.listens === true || places?.mgmt.listens === true))
  const steps: readonly Step[] = [
    ...linksAway({facts, parts, owner}),
    ...plugAway({facts, parts, owner}),
    ...(bridge !== undefined && isServed ? servicesAway(facts, bridge, {stays: !isBridgeFree, record}) : []),
    ...(own !== undefined || hasSockets ? [stopSwitch(parts, own)] : []),
    ...tunnelAway(facts, parts),
    ...(tap === undefined ? [] : [removeLink(facts, tap.name, `TAP ${tap.name} removed`)]),
    ...(bridge !== undefined && isBridgeFree ? bridgeAway(facts, bridge, ofBridge) : []),
    ...addressBack(facts, bridge, {tap, mac: record?.values.get(addressKey)}),
    ...(draft?.kind === 'bridge' && !draft.up
      ? [removeLink(facts, draft.name, `half-made bridge ${draft.name} removed`)]
      : []),
    ...(record === undefined ? [] : [forget(parts)]),
  ]
  const stays =
    bridge === undefined || isBridgeFree || isEmptied
      ? []
      : isLast
        ? [`${bridge.name} has the addresses of ${ofBridge.interface} and stays: ctys net undo moves them back`]
        : ofBridge === undefined
          ? [`${bridge.name} is another's bridge and stays`]
          : [`${bridge.name} stays: ${listNames(siblings.map(({name}) => name))} of other networks are in it`]
  const {name, user, sock, mgmt} = parts
  const network: NetPlaces = {
    ...{name, user, sock, mgmt},
    ...(tap !== undefined && {tap: tap.name}),
    ...(bridge !== undefined && {bridge: bridge.name}),
  }
  return {
    ...{network, steps, begun: steps.length > 0, remarks: steps.length === 0 ? [] : stays},
    ...(isEmptied && bridge !== undefined && {emptied: bridge.name}),
  }
}

function withRecorded<P extends ReturnType<typeof partsOf>>(parts: P, facts: NetFacts, uid: number): P {
  const values = recordOf(parts, uid, facts)?.values
  return {...parts, sock: values?.get('sock') ?? parts.sock, mgmt: values?.get('mgmt') ?? parts.mgmt}
}

function ownTap(
  link: Link | undefined,
  {parts, uid}: {readonly parts: {readonly name: string; readonly user: string}; readonly uid: number},
): Link | undefined {
  if (link === undefined) return undefined
  const network = tapOf(link)
  const isOwn = network?.name === parts.name && network.user === parts.user
  return isOwn || isHalfMade(link, uid) ? link : undefined
}

function portsOf(bridge: string, {links}: NetFacts): readonly Link[] {
  return [...links.values()].filter(({master}) => master === bridge)
}

function holdersOf(holders: Holders, runs: boolean): readonly string[] {
  if ('names' in holders) return holders.names
  return runs ? [`its switch could not be asked who is on it (${holders.unasked})`] : []
}

/** A TAP that somebody else than the switch has open. */
function tapHolders({open}: NetFacts, tap: Link | undefined, own: number | undefined): readonly string[] {
  if (tap === undefined) return []
  const others = open.filter(({link, pid}) => link === tap.name && pid !== own)
  if (others.length > 0) return others.map(({pid}) => `process ${pid} has ${tap.name} open`)
  return own === undefined && tap.carrier ? [`a process has ${tap.name} open`] : []
}

/** Of another's bridge that had no port before the TAP. */
function addressBack(
  facts: NetFacts,
  bridge: Link | undefined,
  {tap, mac}: {readonly tap: Link | undefined; readonly mac: string | undefined},
): readonly Step[] {
  if (bridge === undefined || mac === undefined || ownBridge(bridge) !== undefined || !/^[0-9a-f:]{17}$/.test(mac))
    return []
  const isBare = portsOf(bridge.name, facts).every(({name}) => name === tap?.name)
  return isBare ? [setAddress(facts, bridge.name, mac)] : []
}

/** Its address goes with the bridge, where that goes. */
function servicesAway(
  facts: NetFacts,
  bridge: Link,
  {stays, record}: {readonly stays: boolean; readonly record: NetRecord | undefined},
): readonly Step[] {
  const own = ownBridge(bridge)
  const address = record?.values.get('address')
  const port = own?.interface === undefined ? undefined : {name: own.interface, wasDown: own.wasDown}
  const isThere = address !== undefined && bridge.addresses.some((one) => one.address === address)
  return [
    ...serverAway(facts, bridge.name),
    ...(own?.out === undefined && record?.values.has('nat') !== true
      ? []
      : natAway(facts, bridge.name, own?.out ?? {name: '', forwarded: true})),
    ...(stays && isThere ? [removeAddress(facts, bridge.name, address)] : []),
    ...(stays ? [setAlias(facts, bridge.name, bridgeAlias({port}))] : []),
  ]
}

function bridgeAway(facts: NetFacts, {name}: Link, own: ReturnType<typeof ownBridge>): readonly Step[] {
  const port = own?.interface === undefined ? undefined : facts.links.get(own.interface)
  const isIn = port !== undefined && port.master === name
  return [
    ...(isIn ? [release(facts, port.name, name)] : []),
    ...(isIn && own?.wasDown === true ? [setDown(facts, port.name)] : []),
    removeLink(facts, name, `bridge ${name} removed`),
  ]
}
