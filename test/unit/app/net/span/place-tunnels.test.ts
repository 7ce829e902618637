import {expect, test} from 'vitest'
import {placeTunnels} from '../../../../../src/app/net/span/place-tunnels.js'
import {PreconditionError} from '../../../../../src/domain/errors.js'
import type {AppContext, HostSession, Transport} from '../../../../../src/domain/ports/ports.js'
import {readingHandler} from '../../../../../src/domain/work/handler.js'
import type {SegmentAsk} from '../../../../../src/domain/work/net-segment.js'
import type {Underlay} from '../../../../../src/domain/work/net-underlay.js'
import {createLimiter} from '../../../../../src/execute/limiter/limiter.js'

type Way = Omit<Underlay, 'over' | 'interface'>

/** A segment `far` on hosts that say so of themselves; one that says nothing cannot be asked. */
async function placed(ways: Readonly<Record<string, Way | undefined>>) {
  const transport = {
    name: 'local',
    open: async (target) => ({target, close: async () => undefined}) as unknown as HostSession,
    close: async () => undefined,
  } satisfies Transport
  const underlay = readingHandler<'net-underlay'>(async ({target, ask: {over}}) => {
    const way = ways[target.host]
    if (way === undefined) throw new PreconditionError('NET_LACKS', `${target.host}: nothing`)
    return {kind: 'net-underlay', ways: over.map((name) => ({...way, over: name, interface: 'eth0'}))}
  })
  const context = {
    registry: {drivers: new Map(), host: {'net-underlay': underlay}, scanned: []},
    transport,
    limiter: createLimiter({most: 4}),
    signal: new AbortController().signal,
    emit: () => undefined,
  } as unknown as AppContext
  const segment = {switch: true, ports: [], span: 'vxlan', tunnel: {vni: 7, over: ''}} as const
  const ask: SegmentAsk = {name: 'far', become: [], extent: 'bridge', bridge: 'ctys-far', segment}
  const plain: SegmentAsk = {...ask, name: 'lan', segment: {switch: true, ports: []}}
  const hosts = Object.keys(ways).map((host) => ({target: {host}, segments: [{ask: plain}, {ask}]}))
  const {hosts: found, failed} = await placeTunnels(hosts, context)
  return {
    failed: failed.map(({host, taskId}) => [host, taskId]),
    ends: found.map(({target, segments}) => [
      target.host,
      segments[0]?.ask.segment.vxlan,
      segments[1]?.ask.segment.vxlan,
    ]),
  }
}

const base = {vni: 7, interface: 'eth0'}

test('each end gets the addresses of the others, and the smallest MTU of all', async () => {
  const {ends, failed} = await placed({
    h1: {mtu: 9000, ipv4: '192.0.2.1', ipv6: '2001:db8::1'},
    h2: {mtu: 1500, ipv4: '192.0.2.2'},
  })
  expect(failed).toEqual([])
  expect(ends).toEqual([
    ['h1', undefined, {...base, local: '192.0.2.1', mtu: 1500, peers: ['192.0.2.2'], isWhole: true}],
    ['h2', undefined, {...base, local: '192.0.2.2', mtu: 1500, peers: ['192.0.2.1'], isWhole: true}],
  ])
})

test('IPv6 is taken where not every end has IPv4; one that has neither in common is not reached', async () => {
  const {ends} = await placed({
    h1: {mtu: 1500, ipv4: '192.0.2.1', ipv6: '2001:db8::1'},
    h2: {mtu: 1500, ipv6: '2001:db8::2'},
  })
  expect(ends.map(([, , vxlan]) => vxlan)).toMatchObject([
    {local: '2001:db8::1', peers: ['2001:db8::2']},
    {local: '2001:db8::2', peers: ['2001:db8::1']},
  ])
})

test('one that cannot be asked is told, and the others are joined without it', async () => {
  const {ends, failed} = await placed({
    h1: {mtu: 1500, ipv4: '192.0.2.1'},
    h2: undefined,
    h3: {mtu: 1500, ipv4: '192.0.2.3'},
  })
  expect(failed).toEqual([['h2', '2']])
  expect(ends.map(([host, , vxlan]) => [host, vxlan])).toMatchObject([
    ['h1', {peers: ['192.0.2.3'], isWhole: false}],
    ['h3', {peers: ['192.0.2.1'], isWhole: false}],
  ])
})
