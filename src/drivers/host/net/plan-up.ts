/**
 * What is still to be done until a network is there, from what the host shows. Pure: the same facts give the same steps,
 * and none where all is there. Throws PreconditionError for what is in the way.
 */
import {PreconditionError} from '../../../domain/errors.js'
import type {NetUpAsk} from '../../../domain/work/net.js'
import {here} from '../../../lib/command-on.js'
import type {Link, NetFacts, NetRecord} from './facts.js'
import {refuseLacks} from './lacks.js'
import type {PortTable} from './management.js'
import {
  addressKey,
  autoKey,
  defaultBridge,
  originKey,
  ownBridge,
  ownSwitch,
  partsOf,
  recordOf,
  tapAlias,
  tapMac,
  tapOf,
} from './names.js'
import {bridgeSteps} from './plan-bridge.js'
import {plugSteps} from './plan-plug.js'
import {linkSteps, portSteps} from './plan-ports.js'
import {serviceSteps} from './plan-services.js'
import {switchSteps} from './plan-switch.js'
import {innerMtu, tunnelSteps} from './plan-tunnel.js'
import type {NetPlan, Wanted} from './plan-types.js'
import {addTap, enslave, type Step, setAddress, setAlias, setUp, writeRecord} from './steps.js'

/** `ports`: of its switch, where it runs. */
export function planUp(facts: NetFacts, ask: NetUpAsk, host: string, ports?: PortTable): NetPlan {
  refuseLacks(facts, ask, host)
  const {owner} = facts
  if (owner === undefined) throw new PreconditionError('NET_LACKS', `${host}: there is no such user`)
  const parts = partsOf(ask.name, owner.user, facts)
  const wanted: Wanted = {facts, ask, parts, owner, host, ports}
  const hasSwitch = ask.segment?.switch !== false
  const tap = ask.extent === 'switch' || !hasSwitch ? undefined : parts.tap
  const bridge = ask.extent === 'bridge' ? (ask.bridge ?? defaultBridge) : undefined
  const record = recordOf(parts, owner.uid, facts)
  refuseOthersRecords(wanted)
  // whoever made it has it
  const origin = record === undefined ? ask.segment?.origin : record.values.get(originKey)
  // one that somebody asked for by itself stays
  const goes = ask.auto === true && (record === undefined || record.values.has(autoKey))
  const auto = goes ? ask.become.join(',') || 'yes' : undefined
  const values = recordValues(wanted, {tap, bridge, mac: addressToKeep(wanted, bridge, record), origin, auto})
  refuseAnother(wanted, record?.values, values)
  const isRecorded =
    record !== undefined &&
    [...values].every(([key, value]) => record.values.get(key) === value) &&
    record.values.has(autoKey) === goes
  const {steps: bridging, remarks} = bridge === undefined ? {steps: [], remarks: []} : bridgeSteps(wanted, bridge)
  const steps = [
    ...(isRecorded ? [] : [writeRecord(parts, values, record === undefined)]),
    ...(tap === undefined ? [] : tapSteps(wanted, tap)),
    ...bridging,
    ...(tap === undefined ? [] : tapInBridge(wanted, tap, bridge)),
    ...(bridge === undefined || ask.segment === undefined ? [] : tunnelSteps(wanted, bridge)),
    ...(hasSwitch ? switchSteps(wanted, tap) : []),
    ...(hasSwitch ? portSteps(wanted) : []),
    ...(bridge === undefined ? [] : serviceSteps(wanted, bridge, record?.values.get('address'))),
    ...(hasSwitch ? linkSteps(wanted) : []),
    ...(hasSwitch ? plugSteps(wanted) : []),
  ]
  const begun = record !== undefined || ownSwitch(parts, owner.uid, facts) !== undefined || facts.links.has(parts.tap)
  const {name, user, sock, mgmt} = parts
  const network = {
    ...{name, user, sock, mgmt},
    ...(tap !== undefined && {tap}),
    ...(bridge !== undefined && {bridge}),
    ...(ask.interface !== undefined && {interface: ask.interface}),
  }
  return {network, steps, begun, remarks: [...remarks, ...tunnelRemarks(wanted)]}
}

function tunnelRemarks({ask, host}: Wanted): readonly string[] {
  const {vxlan, vxvde} = ask.segment ?? {}
  if (vxvde !== undefined) return ['frames travel in clear']
  return vxlan === undefined ? [] : [`frames travel in clear; guests need an MTU of ${innerMtu(vxlan, host)} at most`]
}

type Ends = Readonly<Record<'tap' | 'bridge' | 'mac' | 'origin' | 'auto', string | undefined>>

function recordValues({ask, parts}: Wanted, {tap, bridge, mac, origin, auto}: Ends): ReadonlyMap<string, string> {
  const {switch: hasSwitch = true, address} = ask.segment ?? {}
  const places = hasSwitch ? {sock: parts.sock, mgmt: parts.mgmt} : {}
  const all = {
    ...places,
    tap,
    bridge,
    group: ask.group,
    [addressKey]: mac,
    address,
    [originKey]: origin,
    [autoKey]: auto,
    nat: ask.segment?.nat === undefined ? undefined : 'yes',
  }
  return new Map(Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])))
}

/** A bridge without ports loses its address with its last one: another's gets it back. */
function addressToKeep({facts}: Wanted, bridge: string | undefined, record: NetRecord | undefined): string | undefined {
  const known = record?.values.get(addressKey)
  if (known !== undefined || bridge === undefined) return known
  const link = facts.links.get(bridge)
  const isBare = [...facts.links.values()].every(({master}) => master !== bridge)
  return link === undefined || ownBridge(link) !== undefined || !isBare ? undefined : link.mac
}

/** In a place where everybody may write, somebody else may have been first. */
function refuseOthersRecords({facts, parts, owner, host}: Wanted): void {
  const {kind = 'none', uid = -1} = facts.places?.record ?? {}
  if (kind === 'none' || (kind === 'directory' && uid === owner.uid)) return
  throw new PreconditionError(
    'NET_FOREIGN',
    `${host}: ${parts.records} is there and is no directory of ${owner.user}`,
    {
      hint: `see: ls -ld ${parts.records}; whoever made it has to take it away`,
    },
  )
}

/** What stands already stays as it is: guests are on it. */
function refuseAnother(
  {ask, parts, host}: Wanted,
  known: ReadonlyMap<string, string> | undefined,
  values: ReadonlyMap<string, string>,
): void {
  if (known === undefined) return
  const others = ['sock', 'mgmt', 'bridge', 'group'].flatMap((key) => {
    const [was, now] = [known.get(key), values.get(key)]
    return was === undefined || now === undefined || was === now ? [] : [`${key} ${was}, not ${now}`]
  })
  if (others.length === 0) return
  throw new PreconditionError(
    'EXISTS',
    `${host}: network ${ask.name} of ${parts.user} is there with ${others.join(', ')}`,
    {
      hint: `take it down first: ${here`ctys net down ${host} --name ${ask.name} -u ${parts.user}`}; or give this one another name`,
    },
  )
}

function tapSteps({facts, ask, parts, owner, host}: Wanted, tap: string): readonly Step[] {
  const link = facts.links.get(tap)
  const marks = [setAddress(facts, tap, tapMac(parts, facts)), setAlias(facts, tap, tapAlias(parts))]
  if (link === undefined) return [addTap(facts, tap, {user: owner.user, group: ask.group}), ...marks]
  const network = tapOf(link)
  if (network?.name === parts.name && network.user === parts.user) return []
  if (isHalfMade(link, owner.uid)) return marks
  throw new PreconditionError('NET_FOREIGN', `${host}: ${tap} is there and is no TAP of this network`, {
    hint: `see: ip -d link show dev ${tap}`,
  })
}

/** What is left when somebody died between the making of a TAP and its mark. */
export function isHalfMade({kind, alias, uid, master, up, carrier, addresses}: Link, owner: number): boolean {
  const isUnused = alias === '' && master === undefined && !up && !carrier && addresses.length === 0
  return kind === 'tap' && uid === owner && isUnused
}

function tapInBridge({facts, parts, host}: Wanted, tap: string, bridge: string | undefined): readonly Step[] {
  const link = facts.links.get(tap)
  if (bridge !== undefined && link?.master !== undefined && link.master !== bridge) {
    throw new PreconditionError(
      'EXISTS',
      `${host}: network ${parts.name} of ${parts.user} is there in the bridge ${link.master}`,
      {
        hint: `name that one: -b ${link.master}; or take the network down first`,
      },
    )
  }
  return [
    ...(bridge === undefined || link?.master === bridge ? [] : [enslave(facts, tap, bridge)]),
    ...(link?.up === true ? [] : [setUp(facts, tap)]),
  ]
}
