import {createHash} from 'node:crypto'
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

/** How a segment comes to other hosts. */
export function readSpan(
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
  if (over !== '' && !interfaceName.test(over)) addFault('over', `'${over}' is no name of a network interface`)
  return {span: 'vxlan', tunnel: {vni: number ?? 1, over}}
}

/** The same for the same name, on every host and in every call. */
function numberOf(name: string): number {
  return (createHash('sha256').update(`vxlan\0${name}`).digest().readUInt32BE(0) % 16_777_215) + 1
}

function wholeTo(text: string, most: number): number | undefined {
  return /^[1-9]\d{0,7}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}
