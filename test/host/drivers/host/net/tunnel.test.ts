/** VXLAN and vxvde between two hosts: namespaces of their own with a cable between them. */
import {execFile} from 'node:child_process'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import type {HostContext, HostSession} from '../../../../../src/domain/ports/ports.js'
import type {SegmentAsk} from '../../../../../src/domain/work/net-segment.js'
import type {Vxlan} from '../../../../../src/domain/work/segment-parts.js'
import {netApply, netDiff} from '../../../../../src/drivers/host/net/apply.js'
import {netStatus} from '../../../../../src/drivers/host/net/status.js'
import {netUnderlay} from '../../../../../src/drivers/host/net/underlay.js'
import {createLocalTransport} from '../../../../../src/transport/local/local.js'
import {type Namespace, openNamespace, sessionIn} from '../../../../fakes/namespace.js'
import {runHandler} from '../../../../fakes/run-handler.js'

const {signal} = new AbortController()
const run = promisify(execFile)
let local: HostSession
let hosts: readonly [Namespace, Namespace]

beforeAll(async () => {
  local = await createLocalTransport().open({host: 'localhost'}, {signal})
})
afterAll(() => local.close())
beforeEach(async () => {
  hosts = await Promise.all([openNamespace(), openNamespace()])
  const [one = '', other = ''] = hosts.map(({enter}) => enter[2])
  await run('nsenter', [
    '--target',
    one,
    '--net',
    'ip',
    'link',
    'add',
    'eth0',
    'type',
    'veth',
    'peer',
    'eth0',
    'netns',
    other,
  ])
  for (const n of [0, 1] as const) {
    await inside(n, 'ip', 'addr', 'add', `192.0.2.${n + 1}/24`, 'dev', 'eth0')
    await inside(n, 'ip', 'addr', 'add', `2001:db8::${n + 1}/64`, 'dev', 'eth0', 'nodad')
    await inside(n, 'ip', 'link', 'set', 'eth0', 'up')
  }
})
afterEach(() => Promise.all(hosts.map((host) => host.end())))

async function inside(n: 0 | 1, ...argv: readonly string[]): Promise<string> {
  const [program = '', ...words] = [...hosts[n].enter, ...argv]
  return (await run(program, words)).stdout
}

const on = (n: 0 | 1, shell = ['dash']): HostContext => ({
  session: sessionIn(hosts[n], local, shell),
  signal,
  note: () => undefined,
})

const task = <V extends string, A>(verb: V, ask: A) =>
  ({id: '1', target: {host: 'localhost'}, type: 'ALL', verb, ask, timeoutMs: 60_000}) as const

function segment(vxlan: Partial<Vxlan> = {}, isTunnel = true): SegmentAsk {
  const whole = {
    vni: 77,
    local: '192.0.2.1',
    interface: 'eth0',
    mtu: 1500,
    peers: ['192.0.2.2'],
    isWhole: true,
    ...vxlan,
  }
  const parts = {switch: true, ports: [], ...(isTunnel && {span: 'vxlan' as const, vxlan: whole})}
  return {name: 'far', user: 'nobody', become: [], extent: 'bridge', bridge: 'ctys-far', segment: parts}
}

const apply = (n: 0 | 1, one: SegmentAsk, more: {remove?: true} = {}, shell = ['dash']) =>
  runHandler(netApply, task('net-apply', {segments: [one], ...more}), on(n, shell))
const changes = async (n: 0 | 1, one: SegmentAsk) => {
  const {changes: all} = await runHandler(netDiff, task('net-diff', {segments: [one]}), on(n))
  return all.map(({sign, what}) => `${sign} ${what}`)
}

async function everything(): Promise<string> {
  const text = await inside(
    0,
    'sh',
    '-c',
    'ip -d link; ip addr; ip route; ip -6 route; find /var/tmp -printf "%p %M\\n"; ps -e -o args=',
  )
  return text.replaceAll(/^(?:ps .*|sh -c .*|.*<defunct>)\n|_timer +[\d.]+|\d+sec|tentative /gm, '')
}

test.each([
  ['IPv4', '192.0.2.', 1450, ['dash']],
  ['IPv6', '2001:db8::', 1430, ['mksh']],
] as const)(
  'joins bridges of two hosts over %s, with the MTU that fits, and goes without a trace',
  async (_, net, mtu, shell) => {
    const before = await everything()
    const one = segment({local: `${net}1`, peers: [`${net}2`]})
    const other = segment({local: `${net}2`, peers: [`${net}1`]})
    expect(await changes(0, one)).toEqual(
      expect.arrayContaining([
        `+ VXLAN 77 from ${net}1 over eth0, in clear, MTU ${mtu}`,
        expect.stringMatching(new RegExp(`reaches ${net}2$`)),
      ]),
    )
    const made = await apply(0, one, {}, [...shell])
    expect(made.remarks).toEqual([expect.stringContaining(`guests need an MTU of ${mtu} at most`)])
    await apply(1, other, {}, [...shell])
    for (const n of [0, 1] as const) await inside(n, 'ip', 'addr', 'add', `10.79.0.${n + 1}/24`, 'dev', 'ctys-far')
    // the largest that passes whole
    await inside(0, 'busybox', 'ping', '-c', '1', '-w', '20', '-s', String(mtu - 28), '10.79.0.2')
    expect(await inside(0, 'ip', '-o', 'link', 'show', 'dev', 'ctys-far')).toContain(`mtu ${mtu} `)
    expect(await changes(0, one)).toEqual([])
    await apply(0, one, {remove: true}, [...shell])
    expect(await everything()).toBe(before)
  },
)

test('what the file says otherwise is changed in its place; a host that is not known loses nothing', async () => {
  await apply(0, segment({peers: ['192.0.2.2', '192.0.2.3']}))
  expect(await changes(0, segment({peers: ['192.0.2.2'], isWhole: false}))).toEqual([])
  expect(await changes(0, segment({peers: ['192.0.2.2', '192.0.2.4']}))).toEqual([
    expect.stringMatching(/^\+ ctvx\w+ reaches 192\.0\.2\.4$/),
    expect.stringMatching(/^- ctvx\w+ reaches 192\.0\.2\.3$/),
  ])
  expect(await changes(0, segment({peers: ['192.0.2.2', '192.0.2.3'], mtu: 1400}))).toEqual([
    expect.stringMatching(/^~ ctvx\w+ has an MTU of 1350$/),
    expect.stringMatching(/^~ ctys\w+ has an MTU of 1350$/),
  ])
  await apply(0, segment({vni: 78, mtu: 1400}))
  expect(await inside(0, 'ip', '-d', 'link', 'show', 'type', 'vxlan')).toMatch(/mtu 1350 [\s\S]*vxlan id 78 /)
  expect(await changes(0, segment({}, false))).toEqual([
    expect.stringMatching(/^- tunnel ctvx\w+ removed$/),
    expect.stringMatching(/^~ \w+ has an MTU of 1500$/),
  ])
  await expect(apply(0, segment(), {}, ['busybox', 'sh'])).rejects.toMatchObject({
    message: expect.stringContaining('ip is that of busybox'),
  })
  await expect(apply(0, segment({mtu: 600}))).rejects.toMatchObject({code: 'NET_LACKS'})
})

test('a kernel without VXLAN is told with the reason, and nothing of the segment stays', async () => {
  const before = await everything()
  // as ip(8) says it there
  const script = `#!/bin/sh
case "$*" in *' type vxlan '*) echo 'Error: Unknown device type.' >&2; exit 2 ;; esac
exec /run/real-ip "$@"
`
  const plant =
    'cp "$(command -v ip)" /run/real-ip; printf %s "$1" >/run/ip; chmod 755 /run/ip; mount --bind /run/ip "$(readlink -f "$(command -v ip)")"'
  await inside(0, 'sh', '-c', plant, 'sh', script)
  await expect(apply(0, segment())).rejects.toMatchObject({
    code: 'NET_LACKS',
    message: expect.stringContaining('its kernel has no VXLAN'),
    hint: expect.stringContaining('span: ssh'),
  })
  await inside(0, 'sh', '-c', 'umount "$(readlink -f "$(command -v ip)")"; rm /run/ip /run/real-ip')
  expect(await everything()).toBe(before)
})

test('a host says what tunnels may go over, or what it lacks', async () => {
  const ask = (...over: readonly string[]) => runHandler(netUnderlay, task('net-underlay', {over}), on(0))
  expect((await ask('eth0')).ways).toEqual([
    {over: 'eth0', interface: 'eth0', mtu: 1500, ipv4: '192.0.2.1', ipv6: '2001:db8::1'},
  ])
  await expect(ask('')).rejects.toMatchObject({code: 'NET_LACKS', message: expect.stringContaining('no default route')})
  await inside(0, 'ip', 'route', 'add', 'default', 'via', '192.0.2.2')
  expect((await ask('')).ways[0]).toMatchObject({over: '', interface: 'eth0'})
  await expect(ask('eth9')).rejects.toMatchObject({code: 'NET_LACKS'})
})

function byMulticast(group = '239.5.6.7', over = 'eth0'): SegmentAsk {
  const parts = {switch: true, ports: [], span: 'vxvde' as const, vxvde: {group, over}}
  return {name: 'far', user: 'nobody', become: [], extent: 'switch', segment: parts}
}

test.each([
  ['IPv4', '239.5.6.7'],
  ['IPv6', 'ff15::77'],
])('vxvde joins the switches of two hosts by multicast over %s, and goes without a trace', async (_, group) => {
  const before = await everything()
  const one = byMulticast(group)
  expect(await changes(0, one)).toContain(`+ plug into vxvde://${group}/if=eth0`)
  for (const n of [0, 1] as const) {
    expect((await apply(n, one)).remarks).toEqual(['far: frames travel in clear'])
    await inside(n, 'vde_plug2tap', '-d', '-s', '/var/tmp/vde_switchfar.nobody', 'tap0')
    await inside(n, 'ip', 'addr', 'add', `10.79.0.${n + 1}/24`, 'dev', 'tap0')
    await inside(n, 'ip', 'link', 'set', 'tap0', 'up')
  }
  await inside(0, 'busybox', 'ping', '-c', '1', '-w', '20', '10.79.0.2')
  expect(await changes(0, one)).toEqual([])
  const {switches} = await runHandler(netStatus, task('net-status', {become: []}), on(0))
  expect(switches).toMatchObject([{name: 'far', joined: {who: `vxvde://${group}/if=eth0`}}])
  // another group is another network
  expect((await apply(0, byMulticast('239.9.9.9'))).changes).toEqual([
    expect.objectContaining({sign: '-', what: `plug into vxvde://${group}/if=eth0`}),
    expect.objectContaining({sign: '~', what: 'plug into vxvde://239.9.9.9/if=eth0'}),
  ])
  await expect(inside(0, 'busybox', 'ping', '-c', '1', '-W', '1', '10.79.0.2')).rejects.toThrow()
  await inside(0, 'pkill', '-f', 'vde_plug2tap')
  await apply(0, one, {remove: true})
  expect(await everything()).toBe(before)
})
