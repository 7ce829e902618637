import {createHash} from 'node:crypto'
import {isIPv4, isIPv6} from 'node:net'
import type {SegmentParts} from '../../domain/work/segment-parts.js'
import {type AddFault, asText, type Facts, interfaceName, own} from './values.js'

interface OfSpan {
  readonly name: string
  readonly hasBridge: boolean
  readonly hasSwitch: boolean
  /** The interface in its bridge. */
  readonly port: string
  readonly addFault: AddFault
}

/** Which words a way has of its own. */
const ownWords: Readonly<Record<string, readonly string[]>> = {
  vxlan: ['vni', 'over', 'insecure'],
  vxvde: ['group', 'over', 'insecure'],
}

/** How a segment comes to other hosts. */
export function readSpan(
  facts: Facts,
  {name, hasSwitch, hasBridge, port, addFault}: OfSpan,
): Pick<SegmentParts, 'span' | 'tunnel' | 'vxvde'> {
  const text = (key: string) => asText(own(facts, key))
  const [span, vni, over, group] = [text('span'), text('vni'), text('over'), text('group')]
  for (const key of new Set(Object.values(ownWords).flat())) {
    if (text(key) === '' || text(key) === 'false' || ownWords[span]?.includes(key)) continue
    const ways = Object.keys(ownWords).filter((way) => ownWords[way]?.includes(key))
    addFault(key, `is said of span: ${ways.join(' and span: ')} alone`)
  }
  if (span === '' || span === 'false') return {}
  if (!['ssh', 'true', 'vxlan', 'vxvde'].includes(span)) {
    addFault('span', `'${span}' is no way to other hosts: ssh, vxlan, or vxvde`)
    return {}
  }
  if (port !== '') addFault('span', `the hosts are joined by ${port} already: two ways send every frame in a circle`)
  if (span !== 'vxlan' && !hasSwitch) {
    addFault('span', `${span === 'vxvde' ? span : 'ssh'} joins switches, and this segment has none`)
  }
  if (span !== 'vxlan' && span !== 'vxvde') return {span: 'ssh'}
  if (span === 'vxlan' && !hasBridge) addFault('span', 'vxlan joins bridges, and this segment has none')
  if (text('insecure') !== 'true')
    addFault('span', `${span} travels in clear, and whoever is on the way can read and send: insecure: true permits it`)
  if (over !== '' && !interfaceName.test(over)) addFault('over', `'${over}' is no name of a network interface`)
  if (span === 'vxvde') {
    if (group !== '' && !isGroup(group)) addFault('group', `'${group}' is no multicast address: 239.0.0.0/8, ff05::/16`)
    return {span, vxvde: {group: group === '' ? groupOf(name) : group, over}}
  }
  const number = vni === '' ? numberOf(name) : wholeTo(vni, 16_777_215)
  if (number === undefined) addFault('vni', `'${vni}' is no number of a VXLAN: 1 to 16777215`)
  return {span: 'vxlan', tunnel: {vni: number ?? 1, over}}
}

/** Of the administratively scoped block (RFC 2365), the same for the same name on every host. */
function groupOf(name: string): string {
  return `239.${[...createHash('sha256').update(`vxvde\0${name}`).digest().subarray(0, 3)].join('.')}`
}

/** IPv4 224.0.0.0/4, IPv6 ff00::/8. */
function isGroup(text: string): boolean {
  return isIPv4(text) ? /^(?:22[4-9]|23\d)\./.test(text) : isIPv6(text) && !text.includes('%') && /^ff/i.test(text)
}

/** The same for the same name, on every host and in every call. */
function numberOf(name: string): number {
  return (createHash('sha256').update(`vxlan\0${name}`).digest().readUInt32BE(0) % 16_777_215) + 1
}

function wholeTo(text: string, most: number): number | undefined {
  return /^[1-9]\d{0,7}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}
