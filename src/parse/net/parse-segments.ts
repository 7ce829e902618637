/** The segments of a file for `ctys net apply -f` (schemas/net.schema.json); every fault with the place of its word. */
import {createHash} from 'node:crypto'
import {isIPv4} from 'node:net'
import type {NodeFault} from '../../domain/ports/documents.js'
import type {Become} from '../../domain/work/net.js'
import type {SegmentAsk} from '../../domain/work/net-segment.js'
import type {LinkAsk, PortVlans, SegmentParts} from '../../domain/work/segment-parts.js'
import {ipv4Number, isInside, readNetwork} from '../../lib/ipv4-network.js'
import {isHostName} from '../../lib/network-address.js'
import {parseDuration} from '../parse-duration.js'
import {parseNet} from './parse-net.js'

export interface ReadSegment {
  readonly ask: SegmentAsk
  readonly hosts: readonly string[]
  /** JSON pointers (RFC 6901) of the segment and of the word that names its hosts. */
  readonly pointer: string
  readonly hostsPointer: string
}

type Facts = Readonly<Record<string, unknown>>
type AddFault = (key: string, reason: string) => void

/** Of a value that fits the schema; what does not is left out, and is a fault of the schema. */
export function parseSegments(value: unknown, become: readonly Become[], faults: NodeFault[]): readonly ReadSegment[] {
  const file = asMap(value)
  return asItems(own(file, 'segments')).map((item, index): ReadSegment => {
    const facts = asMap(item)
    const pointer = `/segments/${index}`
    const has = (key: string) => Object.hasOwn(facts, key)
    const addFault: AddFault = (key, reason) => {
      const inFile = (key === 'user' || key === 'hosts') && !has(key) && Object.hasOwn(file, key)
      faults.push({pointer: inFile ? `/${key}` : has(key.split('/')[0] ?? '') ? `${pointer}/${key}` : pointer, reason})
    }
    const hosts = asTexts(own(facts, 'hosts') ?? own(file, 'hosts'))
    const owner = asText(own(facts, 'user') ?? own(file, 'user'))
    return {
      ask: readSegment(facts, {owner, become, addFault}),
      hosts,
      pointer,
      hostsPointer: has('hosts') ? `${pointer}/hosts` : Object.hasOwn(file, 'hosts') ? '/hosts' : pointer,
    }
  })
}

interface Reading {
  readonly owner: string
  readonly become: readonly Become[]
  readonly addFault: AddFault
}

/** Which word of a segment an option of `ctys net up` is. */
const keys: Readonly<Record<string, string>> = {
  '--name': 'name',
  '-u': 'user',
  '-g': 'user',
  '-b': 'bridge',
  '-i': 'interface',
}

function readSegment(facts: Facts, {owner, become, addFault}: Reading): SegmentAsk {
  const text = (key: string) => asText(own(facts, key))
  const name = text('name')
  const hasSwitch = text('switch') !== 'false'
  const hasBridge = text('bridge') !== 'false'
  const bridge = hasBridge ? text('bridge') || `ctys-${name}` : undefined
  const port = text('interface')
  const said: string[] = []
  const words = {name, become, force: false, ...(owner !== '' && {owner}), ...(port !== '' && {interface: port})}
  const extent = hasBridge ? ('bridge' as const) : ('switch' as const)
  const ask = parseNet({...words, extent, ...(bridge !== undefined && {bridge})}, said)
  for (const fault of said) {
    const [, flag = '', reason = fault] = /^([^:,]+)(?:, -\w)?: (.*)$/.exec(fault) ?? []
    addFault(keys[flag] ?? (flag.startsWith('--extent') ? 'interface' : 'name'), reason)
  }
  if (!hasSwitch && !hasBridge) addFault('bridge', 'a segment without switch and bridge is none')
  return {
    ...ask,
    segment: {
      switch: hasSwitch,
      ...readSpan(facts, {name, hasSwitch, hasBridge, port, addFault}),
      ...readServices(facts, {hasBridge, addFault}),
      ...readPorts(facts, {hasSwitch, addFault, name}),
    },
  }
}

type Services = Omit<SegmentParts, 'switch' | 'ports' | 'links'>

function readServices(
  facts: Facts,
  {hasBridge, addFault}: {readonly hasBridge: boolean; readonly addFault: AddFault},
): Services {
  const text = (key: string) => asText(own(facts, key))
  const [address, dhcp, domain, nat] = [text('address'), text('dhcp'), text('domain'), text('nat')]
  if (address !== '' && !hasBridge) addFault('address', 'the address of the host is one of a bridge, and this has none')
  const net = address === '' ? undefined : readNetwork(address)
  if (
    address !== '' &&
    (net === undefined || net.prefix > 30 || net.prefix < 8 || net.first === net.address || net.last === net.address)
  )
    addFault('address', `'${address}' is no address of a host with its prefix, such as 10.79.0.1/24`)
  for (const key of ['dhcp', 'domain', 'nat'])
    if (text(key) !== '' && text(key) !== 'false' && address === '')
      addFault(key, 'needs an address of the host: address: 10.79.0.1/24')
  if (domain !== '' && !isHostName(domain)) addFault('domain', `'${domain}' is no name of a domain`)
  const out = nat === 'true' || nat === 'false' ? '' : nat
  if (out !== '' && !/^[A-Za-z0-9_][A-Za-z0-9_.:+@~-]{0,14}$/.test(out))
    addFault('nat', `'${out}' is no name of a network interface`)
  const [, from = '', to = ''] = /^([\d.]+) *- *([\d.]+)$/.exec(dhcp) ?? []
  if (dhcp !== '' && !(isIPv4(from) && isIPv4(to)))
    addFault('dhcp', `'${dhcp}' is no range, such as 10.79.0.100-10.79.0.199`)
  else if (
    dhcp !== '' &&
    net !== undefined &&
    !(isInside(from, net) && isInside(to, net) && ipv4Number(from) <= ipv4Number(to))
  )
    addFault('dhcp', `${from} to ${to} is no range of ${address}`)
  const said: string[] = []
  const lease = text('lease') === '' ? 3_600_000 : (parseDuration('lease', text('lease'), said) ?? 3_600_000)
  for (const fault of said) addFault('lease', fault.replace(/^lease: /, ''))
  if (lease < 120_000) addFault('lease', 'dnsmasq gives no lease below two minutes')
  return {
    ...(net !== undefined && {address}),
    ...(dhcp !== '' && {dhcp: {from, to, leaseSeconds: lease / 1000}}),
    ...(domain !== '' && {domain}),
    ...(nat !== '' && nat !== 'false' && {nat: out === '' ? {} : {out}}),
  }
}

interface OfSpan {
  readonly name: string
  readonly hasBridge: boolean
  readonly hasSwitch: boolean
  /** The interface in its bridge. */
  readonly port: string
  readonly addFault: AddFault
}

function readSpan(
  facts: Facts,
  {name, hasSwitch, hasBridge, port, addFault}: OfSpan,
): Pick<SegmentParts, 'span' | 'tunnel'> {
  const text = (key: string) => asText(own(facts, key))
  const [span, vni, over] = [text('span'), text('vni'), text('over')]
  const isClear = text('insecure') === 'true'
  if (span !== 'vxlan') {
    for (const key of ['vni', 'over', 'insecure'])
      if (text(key) !== '' && text(key) !== 'false') addFault(key, 'is said of span: vxlan alone')
  }
  if (span === '' || span === 'false') return {}
  if (!['ssh', 'true', 'vxlan'].includes(span)) {
    addFault('span', `'${span}' is no way to other hosts: ssh, or vxlan`)
    return {}
  }
  if (port !== '') addFault('span', `the hosts are joined by ${port} already: two ways send every frame in a circle`)
  if (span !== 'vxlan') {
    if (!hasSwitch) addFault('span', 'ssh joins switches, and this segment has none')
    return {span: 'ssh'}
  }
  if (!hasBridge) addFault('span', 'vxlan joins bridges, and this segment has none')
  if (!isClear)
    addFault('span', 'vxlan travels in clear, and whoever is on the way can read and send: insecure: true permits it')
  const number = vni === '' ? numberOf(name) : wholeTo(vni, 16_777_215)
  if (number === undefined) addFault('vni', `'${vni}' is no number of a VXLAN: 1 to 16777215`)
  if (over !== '' && !/^[A-Za-z0-9_][A-Za-z0-9_.:+@~-]{0,14}$/.test(over))
    addFault('over', `'${over}' is no name of a network interface`)
  return {span: 'vxlan', tunnel: {vni: number ?? 1, over}}
}

/** The same for the same name, on every host and in every call. */
function numberOf(name: string): number {
  return (createHash('sha256').update(`vxlan\0${name}`).digest().readUInt32BE(0) % 16_777_215) + 1
}

function wholeTo(text: string, most: number): number | undefined {
  return /^[1-9]\d{0,7}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}

/** vde_switch(1), --numports. */
const mostPorts = 32

interface OfSwitch {
  readonly hasSwitch: boolean
  readonly addFault: AddFault
  readonly name: string
}

function readPorts(facts: Facts, {hasSwitch, addFault, name}: OfSwitch): Pick<SegmentParts, 'ports' | 'links'> {
  for (const key of ['ports', 'links'])
    if (!hasSwitch && asItems(own(facts, key)).length > 0) addFault(key, 'need a switch')
  const seen = new Set<number>()
  const ports = asItems(own(facts, 'ports')).map((item, index): PortVlans => {
    const fact = asMap(item)
    const at = (key: string) => `ports/${index}/${key}`
    const port = whole(asText(own(fact, 'port')), 1, mostPorts)
    const vlan = whole(asText(own(fact, 'vlan')), 0, 4094)
    const tagged = asTexts(own(fact, 'tagged')).map((one) => whole(one, 1, 4094))
    if (port === undefined) addFault(at('port'), `is no number of a port: 1 to ${mostPorts}`)
    else if (seen.has(port)) addFault(at('port'), `port ${port} stands twice`)
    else seen.add(port)
    if (vlan === undefined) addFault(at('vlan'), 'is no VLAN: 0 to 4094')
    if (tagged.includes(undefined)) addFault(at('tagged'), 'are no VLANs: 1 to 4094')
    const known = [...new Set(tagged.flatMap((one) => one ?? []))].sort((one, other) => one - other)
    if (vlan !== undefined && known.includes(vlan))
      addFault(at('tagged'), `VLAN ${vlan} passes with a tag or without, not both`)
    return {port: port ?? 0, vlan: vlan ?? 0, tagged: known}
  })
  const others = new Set<string>()
  const links = asItems(own(facts, 'links')).map((item, index): LinkAsk => {
    const fact = asMap(item)
    const at = (key: string) => `links/${index}/${key}`
    const to = asText(own(fact, 'to'))
    if (!/^[A-Za-z0-9_][A-Za-z0-9_-]{0,31}$/.test(to)) addFault(at('to'), `'${to}' is no name of a segment`)
    else if (to === name) addFault(at('to'), 'leads to the segment itself')
    else if (others.has(to)) addFault(at('to'), `a link to ${to} stands twice`)
    others.add(to)
    const number = (key: string, most: number, what: string) => {
      const text = asText(own(fact, key))
      if (text === '') return undefined
      const value = /^\d{1,9}(?:\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN
      if (value <= most) return value
      addFault(at(key), `'${text}' is no ${what}`)
      return undefined
    }
    const given = {
      loss: number('loss', 100, 'percentage'),
      delayMs: number('delay', 600_000, 'number of milliseconds'),
      duplicate: number('duplicate', 100, 'percentage'),
      bandwidth: bandwidthOf(asText(own(fact, 'bandwidth')), () =>
        addFault(at('bandwidth'), 'is no number of bytes a second, such as 125000, 64K, 1M'),
      ),
      mtu: number('mtu', 65_535, 'size of a packet'),
    }
    return {to, ...Object.fromEntries(Object.entries(given).filter(([, number]) => number !== undefined))}
  })
  return {ports, links}
}

/** K and M as wirefilter(1) takes them. */
function bandwidthOf(text: string, fault: () => void): number | undefined {
  if (text === '') return undefined
  const [, digits, unit = ''] = /^(\d{1,9})([KM]?)$/.exec(text) ?? []
  if (digits === undefined || Number(digits) === 0) fault()
  else return Number(digits) * (unit === 'M' ? 1024 * 1024 : unit === 'K' ? 1024 : 1)
  return undefined
}

function whole(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

function asTexts(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map(asText).filter((text) => text !== '')
}

/** JSON has numbers and truths of its own. */
function asText(value: unknown): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : ''
}

function asMap(value: unknown): Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {}
}

function asItems(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function own(facts: Facts, key: string): unknown {
  return Object.hasOwn(facts, key) ? facts[key] : undefined
}
