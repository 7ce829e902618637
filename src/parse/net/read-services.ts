import {isIPv4} from 'node:net'
import type {SegmentParts} from '../../domain/work/segment-parts.js'
import {ipv4Number, isInside, readNetwork} from '../../lib/ipv4-network.js'
import {isHostName} from '../../lib/network-address.js'
import {parseDuration} from '../parse-duration.js'
import {type AddFault, asText, type Facts, interfaceName, own} from './values.js'

type Services = Omit<SegmentParts, 'switch' | 'ports' | 'links'>

/** What the host does for the guests of a segment: address, DHCP, names, NAT. */
export function readServices(
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
  if (out !== '' && !interfaceName.test(out)) addFault('nat', `'${out}' is no name of a network interface`)
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
