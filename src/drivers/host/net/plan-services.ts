/** What a segment has on its bridge beside ports: the address of the host, NAT, DHCP and DNS. Pure. */
import {PreconditionError} from '../../../domain/errors.js'
import type {SegmentParts} from '../../../domain/work/segment-parts.js'
import {readNetwork} from '../../../lib/ipv4-network.js'
import type {NetFacts, NetProcess} from './facts.js'
import {bridgeAlias, type Out, type OwnBridge, ownBridge, segmentsDir, serverFiles, tableName} from './names.js'
import {innerMtu} from './plan-tunnel.js'
import type {Wanted} from './plan-types.js'
import {
  addAddress,
  dropTable,
  forward,
  makeTable,
  removeAddress,
  removeFiles,
  type Step,
  setAlias,
  startServer,
  stopServer,
} from './steps-services.js'

type Services = Pick<SegmentParts, 'address' | 'dhcp' | 'domain' | 'nat'>

export function hasServices({address, dhcp, domain, nat}: Services): boolean {
  return address !== undefined || dhcp !== undefined || domain !== undefined || nat !== undefined
}

/** Of a bridge that is there, or will be. `before`: the address that the record of the segment has. */
export function serviceSteps(wanted: Wanted, bridge: string, before: string | undefined): readonly Step[] {
  const {facts, ask} = wanted
  const {segment} = ask
  if (segment === undefined) return []
  const link = facts.links.get(bridge)
  const own = link === undefined ? undefined : ownBridge(link)
  const isOurs = own?.segment?.name === wanted.parts.name && own.segment.user === wanted.parts.user
  if (!hasServices(segment) && !isOurs) return []
  return [
    ...addressSteps(wanted, {bridge, before: isOurs ? before : undefined}),
    ...natSteps(wanted, {bridge, own, isMoved: before !== undefined && before !== segment.address}),
    ...serverSteps(wanted, bridge),
  ]
}

function addressSteps(
  {facts, ask}: Wanted,
  {bridge, before}: {readonly bridge: string; readonly before: string | undefined},
): readonly Step[] {
  const {address} = ask.segment ?? {}
  const there = facts.links.get(bridge)?.addresses.map((one) => one.address) ?? []
  const isOld = before !== undefined && before !== address && there.includes(before)
  return [
    ...(isOld ? [removeAddress(facts, bridge, before)] : []),
    ...(address === undefined || there.includes(address) ? [] : [addAddress(facts, bridge, address)]),
  ]
}

interface OfNat {
  readonly bridge: string
  readonly own: OwnBridge | undefined
  /** The network is another one than before. */
  readonly isMoved: boolean
}

/** What ip and nft(8) take as a name as it stands. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.:+@~-]{0,14}$/

function natSteps(wanted: Wanted, {bridge, own, isMoved}: OfNat): readonly Step[] {
  const {facts, ask, parts, host} = wanted
  const {nat, address = ''} = ask.segment ?? {}
  const port = own?.interface === undefined ? portOf(wanted) : {name: own.interface, wasDown: own.wasDown}
  if (nat === undefined) {
    if (own?.out === undefined) return []
    return [...natAway(facts, bridge, own.out), setAlias(facts, bridge, bridgeAlias({port, segment: parts}))]
  }
  const name = nat.out ?? facts.way
  if (name === undefined || !plainName.test(name) || !facts.links.has(name)) {
    const why = name === undefined ? 'it has no default route' : `there is no interface ${name}`
    throw new PreconditionError('NET_LACKS', `${host}: guests of ${parts.name} could not leave: ${why}`, {
      hint: 'name the interface that they leave by: nat: INTERFACE',
    })
  }
  const network = readNetwork(address)?.text ?? ''
  const wasOut = own?.out
  const isOther = wasOut !== undefined && wasOut.name !== name
  const hasTable = facts.tables === undefined ? wasOut !== undefined : facts.tables.has(tableName(bridge))
  const out: Out = wasOut?.name === name ? wasOut : {name, forwarded: forwardedBefore(facts, name)}
  return [
    ...(isOther ? forwardBack(facts, bridge, wasOut) : []),
    ...(hasTable && !isOther && !isMoved ? [] : [makeTable(facts, {bridge, network, out: name, isThere: hasTable})]),
    ...(wasOut?.name === name ? [] : [setAlias(facts, bridge, bridgeAlias({port, segment: parts, out}))]),
    ...[bridge, name].filter((one) => facts.links.get(one)?.forwards !== true).map((one) => forward(one, true)),
  ]
}

function portOf({facts, ask}: Wanted) {
  const link = ask.interface === undefined ? undefined : facts.links.get(ask.interface)
  return link === undefined ? undefined : {name: link.name, wasDown: !link.up}
}

/** As it was before the first segment that leaves by it. */
function forwardedBefore({links}: NetFacts, name: string): boolean {
  for (const link of links.values()) {
    const out = ownBridge(link)?.out
    if (out?.name === name) return out.forwarded
  }
  return links.get(name)?.forwards === true
}

/** Unless another segment leaves by it. */
function forwardBack({links}: NetFacts, bridge: string, {name, forwarded}: Out): readonly Step[] {
  const others = [...links.values()].some((link) => link.name !== bridge && ownBridge(link)?.out?.name === name)
  return forwarded || others || links.get(name)?.forwards !== true ? [] : [forward(name, false)]
}

export function natAway(facts: NetFacts, bridge: string, out: Out): readonly Step[] {
  const hasTable = facts.tables === undefined || facts.tables.has(tableName(bridge))
  return [...(hasTable ? [dropTable(facts, bridge)] : []), ...forwardBack(facts, bridge, out)]
}

export function serverOf({servers}: NetFacts, bridge: string): NetProcess | undefined {
  return servers.find(({argv}) => argv.includes(`--pid-file=${serverFiles(bridge).pid}`))
}

function serverSteps({facts, ask, host}: Wanted, bridge: string): readonly Step[] {
  const vxlan = ask.segment?.vxlan
  const words = serverWords(ask.segment, bridge, vxlan && innerMtu(vxlan, host))
  const running = serverOf(facts, bridge)
  if (words === undefined) return running === undefined ? [] : serverAway(facts, bridge)
  const isSame = running?.argv.slice(1).join('\n') === words.join('\n')
  if (isSame) return []
  const start = startServer(facts, {bridge, dir: segmentsDir, words, isThere: running !== undefined})
  return [...(running === undefined ? [] : stopServer(running, bridge)), ...start]
}

export function serverAway(facts: NetFacts, bridge: string): readonly Step[] {
  const running = serverOf(facts, bridge)
  if (running === undefined) return []
  const {pid, leases} = serverFiles(bridge)
  return [...stopServer(running, bridge), ...removeFiles([pid, leases], segmentsDir)]
}

/** dnsmasq(8); it listens on the bridge alone, and reads no file of the host. */
function serverWords(
  segment: SegmentParts | undefined,
  bridge: string,
  mtu: number | undefined,
): readonly string[] | undefined {
  const {dhcp, domain, nat} = segment ?? {}
  if (dhcp === undefined && domain === undefined) return undefined
  const {pid, leases} = serverFiles(bridge)
  return [
    '--conf-file=/dev/null',
    `--pid-file=${pid}`,
    `--interface=${bridge}`,
    '--except-interface=lo',
    '--bind-dynamic',
    '--no-hosts',
    ...(nat === undefined ? ['--no-resolv'] : []),
    ...(domain === undefined ? [] : [`--domain=${domain}`, `--local=/${domain}/`, '--expand-hosts']),
    ...(dhcp === undefined
      ? []
      : [
          `--dhcp-leasefile=${leases}`,
          '--dhcp-authoritative',
          `--dhcp-range=${dhcp.from},${dhcp.to},${dhcp.leaseSeconds}`,
          // nobody is told a router where there is none
          ...(nat === undefined ? ['--dhcp-option=3'] : []),
          ...(mtu === undefined ? [] : [`--dhcp-option=26,${mtu}`]),
        ]),
  ]
}
