/** The VXLAN (RFC 7348) of a segment that spans hosts: a port of its bridge, with an entry for each other host. Pure. */
import {PreconditionError} from '../../../domain/errors.js'
import type {Vxlan} from '../../../domain/work/segment-parts.js'
import type {NetFacts} from './facts.js'
import type {Link} from './links.js'
import {type NetIdentity, tunnelAlias, tunnelName} from './names.js'
import type {Wanted} from './plan-types.js'
import {enslave, ip, removeLink, type Step, setAlias, setUp} from './steps.js'

/** Outer Ethernet, IP, UDP and VXLAN (RFC 7348, section 5). */
const overhead = {ipv4: 50, ipv6: 70} as const
/** What every host of IPv4 takes whole (RFC 791), and of IPv6 (RFC 8200). */
const leastMtu = {ipv4: 576, ipv6: 1280} as const
/** Assigned by IANA. */
const port = 4789
const everybody = '00:00:00:00:00:00'

/** Of a TAP that nothing makes smaller. */
const usualMtu = 1500

/** Of guests on the segment. Throws PreconditionError NET_LACKS where nothing of use is left. */
export function innerMtu({mtu, local, interface: over}: Vxlan, host: string): number {
  if (local === '') {
    throw new PreconditionError('NET_LACKS', `${host}: ${over} has no address of the kind that the other hosts have`, {
      hint: 'all ends of a tunnel need IPv4, or all IPv6',
    })
  }
  const family = local.includes(':') ? 'ipv6' : 'ipv4'
  const inner = mtu - overhead[family]
  if (inner >= leastMtu[family]) return inner
  throw new PreconditionError('NET_LACKS', `${host}: an MTU of ${mtu} leaves ${inner} bytes inside a tunnel`, {
    hint: 'give the interface it goes over a larger MTU, or name another one: over: INTERFACE',
  })
}

export function tunnelSteps(wanted: Wanted, bridge: string): readonly Step[] {
  const {facts, ask, parts, host} = wanted
  const name = tunnelName(parts)
  const link = facts.links.get(name)
  const vxlan = ask.segment?.vxlan
  if (link !== undefined && tunnelOf(facts, parts) === undefined) {
    if (vxlan === undefined) return []
    throw new PreconditionError('NET_FOREIGN', `${host}: ${name} is there and is no tunnel of this network`, {
      hint: `see: ip -d link show dev ${name}`,
    })
  }
  if (vxlan === undefined) {
    const away = tunnelAway(facts, parts)
    return away.length === 0 ? [] : [...away, ...tapMtu(wanted, usualMtu)]
  }
  const mtu = innerMtu(vxlan, host)
  const now = facts.tunnels.get(name)
  const isSame =
    link?.alias === tunnelAlias(parts) &&
    now !== undefined &&
    now.vni === vxlan.vni &&
    now.local === vxlan.local &&
    now.over === vxlan.interface
  const gone = link !== undefined && !isSame ? [removeLink(facts, name, `tunnel ${name} removed`)] : []
  const has = isSame ? now.peers : []
  const made = isSame ? [] : [addTunnel(facts, name, {vxlan, mtu}), setAlias(facts, name, tunnelAlias(parts))]
  const there = isSame ? link : undefined
  const left = vxlan.isWhole ? has.filter((peer) => !vxlan.peers.includes(peer)) : []
  return [
    ...gone,
    ...made,
    ...(there !== undefined && there.mtu !== mtu ? [setMtu(facts, name, mtu)] : []),
    ...vxlan.peers.filter((peer) => !has.includes(peer)).map((peer) => reach(facts, name, {peer, isWanted: true})),
    ...left.map((peer) => reach(facts, name, {peer, isWanted: false})),
    ...(there?.master === bridge ? [] : [enslave(facts, name, bridge)]),
    ...(there?.up === true ? [] : [setUp(facts, name)]),
    ...tapMtu(wanted, mtu),
  ]
}

/** A frame that is too large for the tunnel is not to leave the host in the first place. */
function tapMtu({facts, ask, parts}: Wanted, mtu: number): readonly Step[] {
  if (ask.segment?.switch === false || facts.links.get(parts.tap)?.mtu === mtu) return []
  return [setMtu(facts, parts.tap, mtu)]
}

export function tunnelAway(facts: NetFacts, network: NetIdentity): readonly Step[] {
  const link = tunnelOf(facts, network)
  return link === undefined ? [] : [removeLink(facts, link.name, `tunnel ${link.name} removed`)]
}

/** Also one that somebody began and did not mark. */
export function tunnelOf({links, tunnels}: NetFacts, network: NetIdentity): Link | undefined {
  const link = links.get(tunnelName(network))
  if (link === undefined || !tunnels.has(link.name)) return undefined
  const isHalfMade = link.alias === '' && !link.up && link.master === undefined
  return isHalfMade || link.alias === tunnelAlias(network) ? link : undefined
}

function addTunnel(
  facts: NetFacts,
  name: string,
  {vxlan: {vni, local, interface: over}, mtu}: {readonly vxlan: Vxlan; readonly mtu: number},
): Step {
  return {
    ...ip(facts, `VXLAN ${vni} from ${local} over ${over}, in clear, MTU ${mtu}`, 'link', 'add', 'name', name),
    argv: [
      ...[facts.tools.get('ip') ?? 'ip', 'link', 'add', 'name', name, 'mtu', String(mtu), 'type', 'vxlan'],
      ...['id', String(vni), 'local', local, 'dev', over, 'dstport', String(port)],
    ],
    undo: removeLink(facts, name, `tunnel ${name} removed`),
  }
}

function setMtu(facts: NetFacts, name: string, mtu: number): Step {
  return {...ip(facts, `${name} has an MTU of ${mtu}`, 'link', 'set', 'dev', name, 'mtu', String(mtu)), sign: '~'}
}

/** What is for all of them, or for somebody unknown, is sent to each (bridge(8)). */
function reach(
  {tools}: NetFacts,
  name: string,
  {peer, isWanted}: {readonly peer: string; readonly isWanted: boolean},
): Step {
  return {
    what: `${name} reaches ${peer}`,
    as: 'root',
    argv: [tools.get('bridge') ?? 'bridge', 'fdb', isWanted ? 'append' : 'del', everybody, 'dev', name, 'dst', peer],
    ...(!isWanted && {sign: '-' as const}),
  }
}
