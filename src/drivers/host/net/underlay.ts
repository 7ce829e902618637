/** NET-UNDERLAY: addresses and MTU of the interfaces that tunnels are to go over. */
import {PreconditionError} from '../../../domain/errors.js'
import {formatTarget} from '../../../domain/target.js'
import {readingHandler} from '../../../domain/work/handler.js'
import type {NetUnderlayData, Underlay} from '../../../domain/work/net-underlay.js'
import type {NetFacts} from './facts.js'
import {lookAtNet} from './look.js'

export const netUnderlay = readingHandler<'net-underlay'>(async ({ask: {over}}, at) => {
  const facts = await lookAtNet({}, at)
  const host = formatTarget(at.session.target)
  return {kind: 'net-underlay', ways: over.map((name) => wayOf(name, facts, host))} satisfies NetUnderlayData
})

function wayOf(over: string, {links, way}: NetFacts, host: string): Underlay {
  const name = over === '' ? way : over
  const link = name === undefined ? undefined : links.get(name)
  if (link === undefined) {
    const fault = name === undefined ? 'it has no default route' : `there is no interface ${name}`
    throw new PreconditionError('NET_LACKS', `${host}: a tunnel has nothing to go over: ${fault}`, {
      hint: 'name the interface whose address the other hosts reach: over: INTERFACE',
    })
  }
  const first = (isWanted: (address: string) => boolean): string | undefined =>
    link.addresses.find(({address, scope}) => scope === 'global' && isWanted(address))?.address.split('/')[0]
  const [ipv4, ipv6] = [first((one) => !one.includes(':')), first((one) => one.includes(':'))]
  if (ipv4 === undefined && ipv6 === undefined) {
    throw new PreconditionError('NET_LACKS', `${host}: ${link.name} has no address that a tunnel could end at`, {
      hint: 'name the interface whose address the other hosts reach: over: INTERFACE',
    })
  }
  return {
    ...{over, interface: link.name, mtu: link.mtu},
    ...(ipv4 !== undefined && {ipv4}),
    ...(ipv6 !== undefined && {ipv6}),
  }
}
