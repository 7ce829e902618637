import type {LinkAsk, PortVlans, SegmentParts} from '../../domain/work/segment-parts.js'
import {type AddFault, asItems, asMap, asText, asTexts, type Facts, own} from './values.js'

/** vde_switch(1), --numports. */
const mostPorts = 32

interface OfSwitch {
  readonly hasSwitch: boolean
  readonly addFault: AddFault
  readonly name: string
}

/** VLANs of the ports of a switch, and its cables to others. */
export function readPorts(facts: Facts, {hasSwitch, addFault, name}: OfSwitch): Pick<SegmentParts, 'ports' | 'links'> {
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
