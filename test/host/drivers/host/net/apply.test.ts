/** Segments of a file on one host: made, looked at, changed and taken away with real programs, in namespaces of their own. */
import {spawnSync} from 'node:child_process'
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {HostContext, HostSession} from '../../../../../src/domain/ports/ports.js'
import type {SegmentAsk} from '../../../../../src/domain/work/net-segment.js'
import type {SegmentParts} from '../../../../../src/domain/work/segment-parts.js'
import {netApply, netDiff} from '../../../../../src/drivers/host/net/apply.js'
import {netDown} from '../../../../../src/drivers/host/net/down.js'
import {netUp} from '../../../../../src/drivers/host/net/up.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {type Namespace, openNamespace, sessionIn} from '../../../../fakes/namespace.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const {signal} = new AbortController()
let local: HostSession
let host: Namespace
let at: HostContext

beforeAll(async () => {
  local = await createLocalTransport().open({host: 'localhost'}, {signal})
})
afterAll(() => local.close())
beforeEach(async () => {
  host = await openNamespace()
  at = on('dash')
})
afterEach(() => host.end())

function on(...shell: readonly string[]): HostContext {
  return {session: sessionIn(host, local, shell), signal, note: () => undefined}
}

const task = <V extends string, A>(verb: V, ask: A) =>
  ({id: '1', target: {host: 'localhost'}, type: 'ALL', verb, ask, timeoutMs: 60_000}) as const

function segment(name: string, parts: Partial<SegmentParts> = {}, more: Partial<SegmentAsk> = {}): SegmentAsk {
  const base = {name, user: 'nobody', become: [], extent: 'bridge', bridge: `ctys-${name}`} as const
  return {...base, ...more, segment: {switch: true, ports: [], links: [], ...parts}}
}

const apply = (segments: readonly SegmentAsk[], more: {expect?: string; remove?: true; origin?: string} = {}) =>
  runHandler(netApply, task('net-apply', {segments, ...more}), at)
const diff = (segments: readonly SegmentAsk[], more: {remove?: true; origin?: string} = {}) =>
  runHandler(netDiff, task('net-diff', {segments, ...more}), at)
const signs = (changes: readonly {sign: string; what: string}[]) => changes.map(({sign, what}) => `${sign} ${what}`)

function inside(...argv: readonly string[]): string {
  const [program = '', ...words] = [...host.enter, ...argv]
  const {status, stdout, stderr} = spawnSync(program, words, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`)
  return stdout
}
const sh = (text: string, ...words: readonly string[]) => inside('sh', '-c', text, 'sh', ...words)

/** Everything that segments may leave. */
function everything(): string {
  const text = sh(`ip -d link; ip addr; ip route; ip -6 route; nft list ruleset
    find /var/tmp /run/ctys-segments -printf '%p %M %u\\n' 2>/dev/null
    for f in /proc/sys/net/ipv4/conf/*/forwarding; do read -r v <"$f"; echo "$f $v"; done
    ps -e -o args=`)
  return text
    .replaceAll(/^(?:ps .*|sh -c .*|.*<defunct>)\n/gm, '')
    .replaceAll(/tso_max_size \d+|_timer +[\d.]+|(?:bridge_id|designated_root) \S+|\d+sec|tentative /g, '')
}

const served = {
  address: '10.79.0.1/24',
  dhcp: {from: '10.79.0.100', to: '10.79.0.120', leaseSeconds: 3600},
  domain: 'lab.test',
}

describe.each([['dash'], ['bash', '--posix'], ['mksh'], ['busybox', 'sh']])('under %s', (...shell) => {
  test('what a file says is made once, shown as a diff first, and goes without a trace', async () => {
    at = on(...shell)
    sh(
      'ip link add eth0 type veth peer name far0; ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up; ip link set far0 up',
    )
    sh('ip route add default via 192.0.2.1')
    const before = everything()
    const segments = [
      segment('lan', {
        ...served,
        nat: {},
        ports: [{port: 3, vlan: 10, tagged: [20]}],
        links: [{to: 'dmz', delayMs: 20}],
      }),
      segment('dmz', {}),
      segment('plain', {switch: false}),
    ]
    const seen = await diff(segments)
    expect(signs(seen.changes)).toEqual(
      expect.arrayContaining([
        '+ bridge ctys-lan',
        '+ switch at /var/tmp/vde_switchlan.nobody',
        '+ address 10.79.0.1/24 on ctys-lan',
        expect.stringContaining('+ NAT of 10.79.0.0/24 by eth0'),
        '+ DHCP 10.79.0.100 to 10.79.0.120 for 3600 s, DNS of lab.test on ctys-lan',
        '+ port 3 in VLAN 10, 20 with a tag',
        '+ cable to dmz: delay 20 ms',
        '+ bridge ctys-plain',
      ]),
    )
    expect(everything()).toBe(before)
    const made = await apply(segments, {expect: seen.fingerprint})
    expect(made.segments.map(({state}) => state)).toEqual(['made', 'made', 'made'])
    expect((await diff(segments)).changes).toEqual([])
    expect((await apply(segments)).segments.map(({state}) => state)).toEqual(['there', 'there', 'there'])
    expect(signs((await diff(segments, {remove: true})).changes)).toContain('- bridge ctys-lan removed')
    await apply(segments, {remove: true})
    expect(everything()).toBe(before)
  })
})

test('a host that has moved since the diff was shown is left as it is', async () => {
  const {fingerprint} = await diff([segment('lan')])
  inside('ip', 'link', 'add', 'name', 'ctys-lan', 'type', 'bridge')
  inside('ip', 'link', 'set', 'dev', 'ctys-lan', 'alias', 'ctys bridge')
  const before = everything()
  await expect(apply([segment('lan')], {expect: fingerprint})).rejects.toMatchObject({code: 'NET_CHANGED'})
  expect(everything()).toBe(before)
})

test('what the file says otherwise is changed in its place', async () => {
  await apply([segment('lan', {...served, ports: [{port: 3, vlan: 10, tagged: [20]}]})])
  const other = segment('lan', {
    ...{address: '10.80.0.1/24', dhcp: {from: '10.80.0.10', to: '10.80.0.20', leaseSeconds: 600}},
    ports: [{port: 3, vlan: 30, tagged: []}],
  })
  expect(signs((await diff([other])).changes)).toEqual(
    expect.arrayContaining([
      '- address 10.79.0.1/24 on ctys-lan',
      '+ address 10.80.0.1/24 on ctys-lan',
      '~ DHCP 10.80.0.10 to 10.80.0.20 for 600 s, DNS on ctys-lan',
      '~ port 3 in VLAN 30',
    ]),
  )
  await apply([other])
  expect((await diff([other])).changes).toEqual([])
  expect(inside('ip', '-o', '-4', 'addr', 'show', 'dev', 'ctys-lan')).not.toContain('10.79.0.1')
})

test('what was made of a file and was taken out of it goes, shown first; what others made stays', async () => {
  const before = everything()
  const file = (name: string, origin = 'aa', parts: Partial<SegmentParts> = {}) => segment(name, {origin, ...parts})
  await apply([file('other', 'bb')], {origin: 'bb'})
  await runHandler(netUp, task('net-up', {name: 'up', user: 'nobody', become: [], extent: 'bridge', bridge: 'up0'}), at)
  await apply([file('lan', 'aa', served), file('dmz', 'aa', {links: [{to: 'lan', loss: 1}]})], {origin: 'aa'})
  // made by another call: the file does not make it its own
  const rest = [file('dmz'), file('up', 'aa', {})].map((one) => (one.name === 'up' ? {...one, bridge: 'up0'} : one))
  const seen = await diff(rest, {origin: 'aa'})
  expect(signs(seen.changes)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^- switch \d+ ended$/),
      '- DHCP and DNS on ctys-lan',
      '- bridge ctys-lan removed',
      '- cable to lan',
    ]),
  )
  expect(new Set(seen.changes.filter(({sign}) => sign === '-').map((one) => one.segment))).toContain('lan')
  const done = await apply(rest, {origin: 'aa', expect: seen.fingerprint})
  expect(done.segments.map(({network, state}) => [network.name, state])).toEqual([
    ['lan', 'removed'],
    // its cable to lan stands in it no more
    ['dmz', 'changed'],
    ['up', 'there'],
  ])
  expect((await diff(rest, {origin: 'aa'})).changes).toEqual([])
  expect((await diff([file('dmz')], {origin: 'aa'})).changes).toEqual([])
  // somebody is on it
  inside('ip', 'link', 'add', 'name', 'veth9', 'type', 'veth', 'peer', 'name', 'far9')
  inside('ip', 'link', 'set', 'dev', 'veth9', 'master', 'ctys-dmz')
  await expect(diff([file('new')], {origin: 'aa'})).rejects.toMatchObject({
    code: 'NET_IN_USE',
    message: expect.stringContaining('veth9 in ctys-dmz'),
  })
  inside('ip', 'link', 'del', 'dev', 'veth9')
  // what stands in the file no more goes with it
  await apply([file('new')], {origin: 'aa', remove: true})
  await apply([file('other', 'bb')], {origin: 'bb', remove: true})
  await runHandler(netDown, task('net-down', {name: 'up', user: 'nobody', become: []}), at)
  expect(everything()).toBe(before)
})

test('what was killed, flushed or removed of it comes back, and nothing else is touched', async () => {
  sh('ip link add eth0 type veth peer name far0; ip link set eth0 up; ip route add default dev eth0')
  const segments = [segment('lan', {...served, nat: {}, links: [{to: 'dmz', loss: 50}]}), segment('dmz')]
  await apply(segments)
  sh(
    'pkill -KILL -F /run/ctys-segments/ctys-lan.pid; nft flush ruleset; kill $(cat /var/tmp/ctys-net.nobody/lan.to.dmz.pid)',
  )
  await expect
    .poll(async () => signs((await diff(segments)).changes))
    .toEqual([
      expect.stringContaining('+ NAT of 10.79.0.0/24'),
      expect.stringContaining('+ DHCP'),
      '+ cable to dmz: loss 50 %',
    ])
  await apply(segments)
  expect((await diff(segments)).changes).toEqual([])
})

test('two segments that leave by one interface give its forwarding back with the last', async () => {
  sh(
    'ip link add eth0 type veth peer name far0; ip link set eth0 up; ip link set far0 up; ip route add default dev eth0',
  )
  const before = everything()
  const forwards = () => sh('cat /proc/sys/net/ipv4/conf/eth0/forwarding').trim()
  const [one, two] = [
    segment('a', {address: '10.79.1.1/24', nat: {}}),
    segment('b', {address: '10.79.2.1/24', nat: {out: 'eth0'}}),
  ]
  await apply([one, two])
  expect(forwards()).toBe('1')
  await apply([one], {remove: true})
  expect(forwards()).toBe('1')
  await runHandler(netDown, task('net-down', {name: 'b', user: 'nobody', become: []}), at)
  expect(forwards()).toBe('0')
  expect(everything()).toBe(before)
})

test('bridges, addresses and segments of others stay theirs', async () => {
  inside('ip', 'link', 'add', 'name', 'ctys-lan', 'type', 'bridge')
  const before = everything()
  await expect(apply([segment('lan', served)])).rejects.toMatchObject({code: 'NET_FOREIGN'})
  await expect(apply([segment('out', {address: '10.79.0.1/24', nat: {}})])).rejects.toMatchObject({
    code: 'NET_LACKS',
    message: expect.stringContaining('no default route'),
  })
  expect(everything()).toBe(before)
  await apply([segment('one', served)])
  await expect(apply([segment('two', {address: '10.81.0.1/24'}, {bridge: 'ctys-one'})])).rejects.toMatchObject({
    code: 'EXISTS',
  })
})

test('guests get addresses and names, reach out by NAT and are not reached', async () => {
  sh(`ip netns add far; ip link add eth0 type veth peer name far0 netns far
    ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up; ip route add default via 192.0.2.1
    ip -n far addr add 192.0.2.1/24 dev far0; ip -n far link set far0 up; ip -n far link set lo up
    ip -n far route add 10.79.0.0/24 via 192.0.2.2`)
  await apply([segment('lan', {...served, nat: {}})])
  sh(`ip netns add guest; ip link add g0 type veth peer name eth0 netns guest
    ip link set g0 master ctys-lan up; ip -n guest link set lo up; ip -n guest link set eth0 up`)
  const guest = (...argv: readonly string[]) => inside('ip', 'netns', 'exec', 'guest', ...argv)
  guest('busybox', 'udhcpc', '-i', 'eth0', '-n', '-q', '-t', '20', '-T', '1', '-x', 'hostname:web01', '-s', '/bin/true')
  expect(sh('cat /run/ctys-segments/ctys-lan.leases')).toMatch(/ 10\.79\.0\.1[012]\d web01 /)
  const [, ip = ''] = / (10\.79\.0\.1[012]\d) /.exec(sh('cat /run/ctys-segments/ctys-lan.leases')) ?? []
  guest('ip', 'addr', 'add', `${ip}/24`, 'dev', 'eth0')
  guest('ip', 'route', 'add', 'default', 'via', '10.79.0.1')
  guest('busybox', 'ping', '-c', '1', '-W', '10', '192.0.2.1')
  expect(() => inside('ip', 'netns', 'exec', 'far', 'busybox', 'ping', '-c', '1', '-W', '1', ip)).toThrow()
  expect(guest('busybox', 'nslookup', 'web01.lab.test', '10.79.0.1')).toContain(ip)
})

/** A station on a port of a switch, in a network namespace of its own: what it can say. */
function station(name: string, {on: segment, port, ip}: {on: string; port?: number; ip: string}) {
  const plug = ['vde_plug2tap', '-d', '-s', `/var/tmp/vde_switch${segment}.nobody`, ...(port ? ['-p', `${port}`] : [])]
  inside(...plug, `tap-${name}`)
  sh(
    `ip netns add "$1"; ip link set "tap-$1" netns "$1" up; ip -n "$1" link set "tap-$1" up
    ip -n "$1" addr add "$2" dev "tap-$1"`,
    name,
    ip,
  )
  return (...argv: readonly string[]) => inside('ip', 'netns', 'exec', name, 'busybox', ...argv)
}

test('VLANs part the stations on the ports of one switch', async () => {
  const ports = [
    {port: 3, vlan: 10, tagged: []},
    {port: 4, vlan: 10, tagged: []},
    {port: 5, vlan: 20, tagged: []},
  ]
  await apply([segment('lan', {ports}, {extent: 'switch'})])
  const one = station('one', {on: 'lan', port: 3, ip: '10.79.0.1/24'})
  station('two', {on: 'lan', port: 4, ip: '10.79.0.2/24'})
  const three = station('three', {on: 'lan', port: 5, ip: '10.79.0.3/24'})
  one('ping', '-c', '1', '-W', '10', '10.79.0.2')
  expect(() => three('ping', '-c', '1', '-W', '1', '10.79.0.2')).toThrow()
  // in the file they are in one VLAN now
  await apply([segment('lan', {ports: ports.map(({port}) => ({port, vlan: 10, tagged: []}))}, {extent: 'switch'})])
  three('ping', '-c', '1', '-W', '10', '10.79.0.2')
})

test('a cable between two switches has the faults that it was given', async () => {
  const cable = (fault: object) => [
    segment('lan', {}, {extent: 'switch'}),
    segment('far', {links: [{to: 'lan', ...fault}]}, {extent: 'switch'}),
  ]
  await apply(cable({delayMs: 60}))
  const one = station('one', {on: 'lan', ip: '10.79.0.1/24'})
  station('two', {on: 'far', ip: '10.79.0.2/24'})
  /** Milliseconds there and back, the least of some: others may have waited for a core. */
  const least = (text: string) => Number(/min\/avg\/max = ([\d.]+)/.exec(text)?.[1])
  const delayed = least(one('ping', '-c', '4', '-W', '10', '10.79.0.2'))
  expect(delayed).toBeGreaterThan(110)
  await apply(cable({}))
  expect(least(one('ping', '-c', '4', '-W', '10', '10.79.0.2'))).toBeLessThan(delayed / 2)
  await apply(cable({loss: 100}))
  expect(() => one('ping', '-c', '2', '-W', '1', '10.79.0.2')).toThrow()
})
