import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import type {Collision} from '../../../src/domain/machine/collision.js'
import {findCollisions} from '../../../src/resolve/collisions.js'
import {record} from '../../fixtures/inventory/make-records.js'

const uuid = '6513270e-269e-4d37-b2a7-4de452e6b438'
const bare = uuid.replaceAll('-', '')
const macA = '52:54:00:AA:BB:0A'

function show({kind, value, host, records}: Collision): string {
  const where = host === undefined ? '' : ` of ${host}`
  return `${kind} ${value}${where}: ${records.map((each) => `${each.host}/${each.label}`).join(' ')}`
}

const two = (one: Partial<InventoryRecord>, other: Partial<InventoryRecord>): InventoryRecord[] => [
  record({label: 'a', ...one}),
  record({label: 'b', host: 'h2', ...other}),
]

describe('two machines', () => {
  test.each<[string, Partial<InventoryRecord>, Partial<InventoryRecord>, readonly string[]]>([
    ['have nothing in common', {mac: macA, tcp: '10.0.0.1'}, {tcp: '10.0.0.2'}, []],
    ['have one MAC address in two forms', {mac: macA}, {mac: '52-54-0-aa-bb-a'}, [`mac ${macA}: h1/a h2/b`]],
    ['have one IPv4 address', {tcp: '10.0.0.1'}, {tcp: '10.0.0.1'}, ['ip 10.0.0.1: h1/a h2/b']],
    ['have one IPv6 address in two forms', {tcp: '2001:DB8::1'}, {tcp: '2001:db8:0::1'}, ['ip 2001:db8::1: h1/a h2/b']],
    ['have one UUID and two labels', {uuid}, {uuid: bare.toUpperCase()}, [`uuid ${bare}: h1/a h2/b`]],
    ['have one label in two forms', {}, {label: 'A'}, ['label a: h1/a h2/A']],
    ['have one label and UUID', {uuid}, {label: 'a', uuid: bare}, [`same-machine ${bare}: h1/a h2/a`]],
    [
      'are one, seen twice with everything it has',
      {uuid, mac: macA, tcp: '10.0.0.1'},
      {label: 'a', uuid, mac: macA, tcp: '10.0.0.1'},
      [`same-machine ${bare}: h1/a h2/a`],
    ],
    [
      'are a copy on one host, label and UUID the same',
      {uuid},
      {host: 'h1', label: 'a', uuid, id: '/bak/a'},
      [`same-machine ${bare}: h1/a h1/a`],
    ],
    [
      'have one label and UUID and other disks',
      {uuid, disks: 'nfs/10.0.0.9/1:7 nfs/10.0.0.9/1:8'},
      {label: 'a', uuid, disks: 'nfs/10.0.0.9/1:9'},
      [`uuid ${bare}: h1/a h2/a`, 'label a: h1/a h2/a'],
    ],
    [
      'have one UUID and one disk under two labels',
      {uuid, disks: 'nfs/10.0.0.9/1:7'},
      {uuid, disks: 'nfs/10.0.0.9/1:7'},
      [`same-machine ${bare}: h1/a h2/b`],
    ],
    [
      'have one disk and two UUIDs',
      {uuid, disks: 'nfs/10.0.0.9/1:7'},
      {uuid: 'f'.repeat(31), disks: 'nfs/10.0.0.9/1:8 nfs/10.0.0.9/1:7'},
      ['disk nfs/10.0.0.9/1:7: h1/a h2/b'],
    ],
    [
      'have one disk and no UUID',
      {disks: 'nfs/10.0.0.9/1:7'},
      {disks: 'nfs/10.0.0.9/1:7'},
      ['same-machine nfs/10.0.0.9/1:7: h1/a h2/b'],
    ],
    ['have the display of one host', {vncDisplay: '1'}, {host: 'H1', vncDisplay: ':1'}, ['vnc 5901 of h1: h1/a H1/b']],
    [
      'have display and port of one host',
      {vncDisplay: '1'},
      {host: 'h1', cport: '5901'},
      ['vnc 5901 of h1: h1/a h1/b'],
    ],
    [
      'have displays over other bases',
      {vncDisplay: '1', vncBase: '6000'},
      {host: 'h1', cport: '6001'},
      ['vnc 6001 of h1: h1/a h1/b'],
    ],
    ['have one display of two hosts', {vncDisplay: '1'}, {vncDisplay: '1'}, []],
    [
      'have one SSH port of a host',
      {sshPort: '2222'},
      {host: 'h1', sshPort: '2200%2222'},
      ['ssh-port 2222 of h1: h1/a h1/b'],
    ],
    [
      'have one SSH port, each at its own address',
      {sshPort: '2222', tcp: '10.0.0.1'},
      {host: 'h1', sshPort: '2222', tcp: '10.0.0.2'},
      [],
    ],
    [
      'have one SSH port, one of them at loopback',
      {sshPort: '2222', tcp: '127.0.0.1'},
      {host: 'h1', sshPort: '2222'},
      ['ssh-port 2222 of h1: h1/a h1/b'],
    ],
    [
      'have placeholders only',
      {mac: '00:00:00:00:00:00', tcp: '127.0.0.1', uuid: '0'.repeat(32)},
      {mac: '00:00:00:00:00:00', tcp: '127.0.0.1', uuid: '0'.repeat(32)},
      [],
    ],
    [
      'have nonsense in common',
      {mac: 'x', tcp: 'dhcp', vncDisplay: 'auto', cport: '0', sshPort: 'none'},
      {host: 'h1', mac: 'x', tcp: 'dhcp', vncDisplay: 'auto', cport: '0', sshPort: 'none'},
      [],
    ],
  ])('%s', (_, one, other, expected) => {
    expect(findCollisions(two(one, other)).map(show)).toEqual(expected)
  })
})

test('the interfaces of one machine do not meet each other', () => {
  const machine = [
    record({mac: macA, tcp: '10.0.0.1', sshPort: '22'}),
    record({mac: macA, tcp: '10.0.0.1', sshPort: '22'}),
  ]
  expect(findCollisions(machine)).toEqual([])
})

test('a second interface meets that of another machine', () => {
  const records = [record(), record({mac: macA}), record({label: 'db01', mac: macA})]
  expect(findCollisions(records)).toEqual([{kind: 'mac', value: macA, records: [records[1], records[2]]}])
})

test('a UUID with three labels, two of them one machine, is one collision and one information', () => {
  const records = ['h1', 'h2'].map((host) => record({host, label: 'a', uuid}))
  records.push(record({host: 'h3', label: 'b', uuid}))
  expect(findCollisions(records).map(show)).toEqual([`uuid ${bare}: h1/a h3/b`, `same-machine ${bare}: h1/a h2/a`])
})

test('a record whose disks nobody saw does not make one machine of two copies', () => {
  const at = (host: string, disks: string) => record({host, label: 'a', uuid, disks})
  const records = [at('h1', ''), at('h2', 'local/b/1:7'), at('h3', 'local/c/1:7')]
  expect(findCollisions(records).map(show)).toEqual([
    `uuid ${bare}: h1/a h3/a`,
    'label a: h1/a h3/a',
    `same-machine ${bare}: h1/a h2/a`,
  ])
})

test('the order of the records does not change what collides, and comparing each with each finds the same', () => {
  const few = (...values: string[]) => fc.constantFrom('', ...values)
  const facts = fc.record({
    host: fc.constantFrom('h1', 'h2'),
    label: fc.constantFrom('a', 'b', 'c'),
    id: fc.constantFrom('/1', '/2', '/3', '/4', '/5'),
    mac: few(macA),
    tcp: few('10.0.0.1', '10.0.0.2'),
    vncDisplay: few('1'),
  })
  const unique = fc.uniqueArray(facts, {maxLength: 6, selector: ({host, id}) => host + id})
  fc.assert(
    fc.property(unique, (all) => {
      const records = all.map(record)
      const found = findCollisions(records)
      const keys = (list: readonly Collision[]) =>
        list.map(({kind, value, host, records: r}) => [kind, value, host, r.length])
      expect(keys(findCollisions([...records].reverse()))).toEqual(keys(found))
      const meets = (kind: string, same: (a: InventoryRecord, b: InventoryRecord) => boolean) => {
        const there = records.filter((a) => records.some((b) => a !== b && same(a, b)))
        const named = new Set(found.filter((each) => each.kind === kind).flatMap((each) => each.records))
        expect(named).toEqual(new Set(there))
      }
      meets('mac', (a, b) => a.mac !== '' && a.mac === b.mac)
      meets('ip', (a, b) => a.tcp !== '' && a.tcp === b.tcp)
      meets('label', (a, b) => a.label === b.label)
      meets('vnc', (a, b) => a.vncDisplay !== '' && a.vncDisplay === b.vncDisplay && a.host === b.host)
    }),
    {numRuns: 300},
  )
})
