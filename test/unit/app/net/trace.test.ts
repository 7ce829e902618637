import {describe, expect, test} from 'vitest'
import {graphOf} from '../../../../src/app/net/graph.js'
import {type HostNet, traceHops} from '../../../../src/app/net/trace.js'
import type {NetStatusData} from '../../../../src/domain/work/net.js'
import {render} from '../../../../src/report/render.js'

type Writable<T> = T extends readonly (infer I)[]
  ? Writable<I>[]
  : T extends object
    ? {-readonly [K in keyof T]: Writable<T[K]>}
    : T
type Data = Writable<NetStatusData>

/** A host with one guest on a switch, its TAP in a bridge with eth0. */
function hostOf(number: number): {host: string; data: Data} {
  const mac = `52:54:00:00:00:0${number}`
  const other = `52:54:00:00:00:0${3 - number}`
  const bytes = {rxBytes: 1, txBytes: 2}
  const data: Data = {
    kind: 'net-status',
    switches: [
      {
        ...{
          name: '0',
          user: 'admin',
          pid: 10,
          sock: '/var/tmp/vde_switch0.admin',
          mgmt: '/m',
          tap: 'ctys1',
          managed: true,
        },
        ports: [
          {port: 1, vlan: 0, tap: 'ctys1', endpoint: 'ctys1', macs: [], seen: [], tagged: [], ...bytes},
          {
            port: 2,
            vlan: 0,
            pid: 20,
            user: 'admin',
            endpoint: 'vdeplug',
            machine: `vm${number}`,
            macs: [mac],
            seen: [mac],
            tagged: [],
            ...bytes,
          },
        ],
      },
    ],
    bridges: [
      {
        name: 'br0',
        mac: 'FE:00:00:00:00:01',
        mtu: 1500,
        up: true,
        managed: true,
        ports: ['eth0', 'ctys1'],
        addresses: ['192.0.2.1/24'],
      },
    ],
    tunnels: [],
    taps: [{name: 'ctys1', user: 'admin', up: true, managed: true, network: '0', bridge: 'br0', pid: 10, ...bytes}],
    links: [
      {name: 'eth0', bridge: 'br0', kind: 'card', up: true, carrier: true, state: 'forwarding', ...bytes},
      {name: 'ctys1', bridge: 'br0', kind: 'tap', up: true, carrier: true, state: 'forwarding', ...bytes},
    ],
    guests: [
      {
        label: `vm${number}`,
        pid: 20,
        macs: [mac],
        ips: [`10.0.0.${number}`],
        wants: [{kind: 'vde', name: '/var/tmp/vde_switch0.admin'}],
      },
    ],
    seen: [{bridge: 'br0', port: 'eth0', mac: other}],
    drops: [],
    findings: [],
  }
  return {host: `h${number}`, data}
}

type Change = (near: Data, far: Data) => void

function trace(change: Change = () => undefined) {
  const hosts = [hostOf(1), hostOf(2)] as const
  change(hosts[0].data, hosts[1].data)
  return traceHops(hosts as readonly HostNet[], 'vm1', 'vm2')
}

const port = (data: Data, number: number) => {
  const found = data.switches[0]?.ports?.find((one) => one.port === number)
  if (found === undefined) throw new Error(`no port ${number}`)
  return found
}
const link = (data: Data, name: string) => {
  const found = data.links.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no link ${name}`)
  return found
}

test('switches of a segment that one call joins need nothing between them, and VLANs part them there too', () => {
  const plug = {port: 3, vlan: 0, pid: 30, endpoint: 'vdeplug', macs: [], seen: [], tagged: [], rxBytes: 1, txBytes: 2}
  const join = (...whos: readonly string[]): Change => {
    return (...sides) =>
      sides.forEach((data, index) => {
        data.links = []
        for (const one of data.switches) {
          one.joined = {who: whos[index] ?? '', pid: 30}
          one.ports = [...(one.ports ?? []), {...plug}]
        }
      })
  }
  expect(trace(join('ann@desk', 'ann@desk')).map(({host, at, state}) => `${host} ${at} ${state}`)).toContain(
    'h1 - h2 joined by ann@desk ok',
  )
  expect(trace(join('ann@desk', 'ann@desk')).every(({state}) => state === 'ok')).toBe(true)
  expect(trace(join('ann@desk', 'bob@desk')).at(-1)).toMatchObject({state: 'broken'})
  const parted: Change = (near, far) => {
    join('ann@desk', 'ann@desk')(near, far)
    port(near, 2).vlan = 10
  }
  expect(trace(parted).at(-1)).toMatchObject({at: 'joined by ann@desk', why: expect.stringMatching(/^wrong VLAN/)})
})

test('a whole way has every hop on both sides', () => {
  expect(trace().map(({host, at, state}) => `${host} ${at} ${state}`)).toEqual([
    'h1 vm1 (process 20) ok',
    'h1 port 2 of switch /var/tmp/vde_switch0.admin, no VLAN ok',
    'h1 switch /var/tmp/vde_switch0.admin ok',
    'h1 TAP ctys1 ok',
    'h1 bridge br0 ok',
    'h1 interface eth0 ok',
    'h1 - h2 cable ok',
    'h2 interface eth0 ok',
    'h2 bridge br0 ok',
    'h2 TAP ctys1 ok',
    'h2 switch /var/tmp/vde_switch0.admin ok',
    'h2 port 2 of switch /var/tmp/vde_switch0.admin, no VLAN ok',
    'h2 vm2 (process 20) ok',
  ])
})

describe('each fault is named at its hop, and nothing behind it', () => {
  const faults: readonly (readonly [string, Change, number, RegExp])[] = [
    ['a machine that does not run', (near) => void near.guests.pop(), 1, /runs on none of the hosts/],
    [
      'no port of a switch',
      (near) => void near.switches[0]?.ports?.pop(),
      2,
      /on no port of a switch.*vde_switch0\.admin/,
    ],
    [
      'an address that is not that of the machine',
      (near) => void Object.assign(port(near, 2), {seen: ['52:54:00:AA:00:01']}),
      2,
      /wrong MAC: the port has seen 52:54:00:AA:00:01/,
    ],
    [
      'an address that two have',
      (near, far) => void Object.assign(far.guests[0] ?? {}, {macs: [...(near.guests[0]?.macs ?? [])]}),
      1,
      /is that of vm2 on h2 too/,
    ],
    [
      'another VLAN at the TAP',
      (near) => void Object.assign(port(near, 2), {vlan: 10}),
      3,
      /wrong VLAN: port 2 is in VLAN 10, port 1 in no VLAN/,
    ],
    ['a switch without a TAP', (near) => void near.switches[0]?.ports?.shift(), 3, /no TAP, so nothing leaves it/],
    ['a TAP that is down', (near) => void Object.assign(near.taps[0] ?? {}, {up: false}), 4, /^link down$/],
    [
      'a TAP that nobody has open',
      (near) => void Object.assign(link(near, 'ctys1'), {carrier: false}),
      4,
      /nobody has it open/,
    ],
    ['a TAP in no bridge', (near) => void delete near.taps[0]?.bridge, 4, /in no bridge/],
    [
      'a port that STP blocks',
      (near) => void Object.assign(link(near, 'ctys1'), {state: 'blocking'}),
      4,
      /STP: br0 has it blocking/,
    ],
    ['a bridge that is down', (near) => void Object.assign(near.bridges[0] ?? {}, {up: false}), 5, /^link down$/],
    [
      'a rule that drops',
      (near) =>
        void near.drops?.push({
          family: 'bridge',
          table: 't',
          chain: 'c',
          rule: 'ether saddr 52:54:00:00:00:01 counter packets 1 bytes 2 drop',
        }),
      5,
      /nft drops it: table bridge t, chain c/,
    ],
    ['a bridge without an interface', (near) => void near.links.shift(), 6, /no interface, so nothing leaves the host/],
    ['a cable that is out', (near) => void Object.assign(link(near, 'eth0'), {carrier: false}), 6, /no carrier/],
    ['an interface that is down', (_near, far) => void Object.assign(link(far, 'eth0'), {up: false}), 8, /^link down$/],
    [
      'STP on the other side',
      (_near, far) => void Object.assign(link(far, 'ctys1'), {state: 'listening'}),
      10,
      /STP: br0 has it listening/,
    ],
    ['no port on the other side', (_near, far) => void far.switches[0]?.ports?.pop(), 7, /on no port of a switch/],
  ]
  test.each(faults)('%s', (_what, change, hop, why) => {
    const hops = trace(change)
    expect(hops.filter(({state}) => state === 'broken')).toHaveLength(1)
    const last = hops.at(-1)
    expect(last).toMatchObject({state: 'broken', why: expect.stringMatching(why)})
    expect(hops).toHaveLength(hop)
  })
})

test('rules about others, or about what nobody knows, are no fault', () => {
  const rules = [
    'ether saddr 52:54:00:ff:00:01 drop',
    'iifname "tap9" drop',
    'tcp dport 22 drop',
    'ether saddr != 52:54:00:00:00:01 drop',
    'ct state invalid drop',
  ]
  const hops = trace(
    (near) => void near.drops?.push(...rules.map((rule) => ({family: 'bridge', table: 't', chain: 'c', rule}))),
  )
  expect(hops.every(({state}) => state === 'ok')).toBe(true)
})

test('what nobody has seen yet is unknown, and no fault', () => {
  const hops = trace((near, far) => {
    near.seen = []
    far.seen = []
  })
  expect(hops.filter(({state}) => state !== 'ok')).toMatchObject([{at: 'cable', state: 'unknown'}])
})

test('a graph shows who is where, and names are never more than text', () => {
  const hosts = [hostOf(1)] as const
  Object.assign(hosts[0].data.guests[0] ?? {}, {label: 'a"]; b [label="\u001b[31m'})
  const base = {
    kind: 'net-graph',
    plan: {tasks: [], refused: []},
    outcomes: [],
    ...graphOf(hosts as readonly HostNet[]),
  } as const
  const style = {format: 'text', width: undefined} as unknown as Parameters<typeof render>[1]
  const tree = render({...base, dot: false}, style).stdout
  expect(tree.split('\n').slice(0, 5)).toEqual([
    'h1',
    '└─ bridge br0 (up 192.0.2.1/24)',
    '   ├─ interface eth0 (up)',
    '   └─ TAP ctys1 (up)',
    '      └─ switch /var/tmp/vde_switch0.admin (0 of admin)',
  ])
  expect(tree).not.toContain('\u001b')
  const dot = render({...base, dot: true}, style).stdout
  expect(dot).toContain('\\"]; b [label=\\"')
  expect(dot).not.toContain('\u001b')
})
