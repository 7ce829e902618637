import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {fillFromMacmap} from '../../../../inventory/network/fill.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {NetworkEntry} from '../../../../src/domain/network/network-entry.js'
import {record} from '../../../fixtures/inventory/make-records.js'
import {entryOf} from '../../../fixtures/network/make-entries.js'

const macA = '52:54:00:AA:BB:0A'
const macB = '52:54:00:AA:BB:0B'

describe('a record takes from the address map', () => {
  test.each<[string, Partial<InventoryRecord>, readonly NetworkEntry[], Partial<InventoryRecord>]>([
    ['all by its label', {}, [entryOf('WEB01', '10.0.0.1', macA)], {mac: macA, tcp: '10.0.0.1', netName: 'WEB01'}],
    [
      'the MAC address by its network name before its label',
      {netName: 'web01.lab'},
      [entryOf('web01', '10.0.0.1', macA), entryOf('WEB01.LAB', '10.0.0.2', macB)],
      {mac: macB, tcp: '10.0.0.2'},
    ],
    ['the MAC address by its address', {tcp: '10.0.0.1'}, [entryOf('', '10.0.0.1', macA)], {mac: macA}],
    [
      'the MAC address by a name for address',
      {label: 'x', tcp: 'Web01'},
      [entryOf('web01', '10.0.0.1', macA)],
      {mac: macA, netName: 'web01'},
    ],
    [
      'address and name by a MAC address in any form',
      {label: 'x', mac: macA.toLowerCase().replaceAll(':', '-')},
      [entryOf('web01', '10.0.0.1', macA)],
      {tcp: '10.0.0.1', netName: 'web01'},
    ],
    [
      'IPv4 before IPv6',
      {mac: macA},
      [entryOf('', '2001:db8::1', macA), entryOf('web01', '10.0.0.1', macA)],
      {tcp: '10.0.0.1', netName: 'web01'},
    ],
    ['IPv6 where there is nothing else', {mac: macA}, [entryOf('', '2001:db8::1', macA)], {tcp: '2001:db8::1'}],
    [
      'nothing where it has everything',
      {mac: macA, tcp: '10.0.0.1', netName: 'w'},
      [entryOf('web01', '10.0.0.1', macA)],
      {},
    ],
    ['nothing of a stranger', {}, [entryOf('web02', '10.0.0.1', macA)], {}],
  ])('%s', (_, facts, entries, filled) => {
    const before = record(facts)
    const result = fillFromMacmap([before], entries)
    expect(result.conflicts).toEqual([])
    expect(result.records).toEqual([{...before, ...filled}])
    expect(result.filled).toBe(Object.keys(filled).length === 0 ? 0 : 1)
  })
})

describe('a record is left alone, and that is reported, where', () => {
  test.each<[string, readonly Partial<InventoryRecord>[], readonly NetworkEntry[], RegExp]>([
    [
      'its MAC address has another address',
      [{mac: macA, tcp: '10.0.0.9'}],
      [entryOf('w', '10.0.0.1', macA)],
      /mac .* is w;10\.0\.0\.1/,
    ],
    [
      'its address has another MAC address',
      [{mac: macB, tcp: '10.0.0.1'}],
      [entryOf('w', '10.0.0.1', macA)],
      /ip 10\.0\.0\.1 is/,
    ],
    [
      'its name has two MAC addresses',
      [{}],
      [entryOf('web01', '10.0.0.1', macA), entryOf('web01', '10.0.0.2', macB)],
      /name web01 has more than one mac/,
    ],
    [
      'its MAC address has two addresses',
      [{mac: macA}],
      [entryOf('', '10.0.0.1', macA), entryOf('', '10.0.0.2', macA)],
      /more than one tcp .*10\.0\.0\.1, 10\.0\.0\.2/,
    ],
    [
      'another machine has the MAC address already',
      [{}, {host: 'h2', label: 'other', mac: macA}],
      [entryOf('web01', '', macA)],
      /would belong to more than one machine/,
    ],
  ])('%s', (_, facts, entries, reason) => {
    const before = facts.map(record)
    const {records, conflicts} = fillFromMacmap(before, entries)
    expect(records[0]).toBe(before[0])
    expect(conflicts).toEqual([{record: before[0], reason: expect.stringMatching(reason)}])
  })

  test('two machines of one label would get the same MAC address', () => {
    const before = [record(), record({host: 'h2'})]
    const {records, conflicts} = fillFromMacmap(before, [entryOf('web01', '10.0.0.1', macA)])
    expect(records).toEqual(before)
    expect(conflicts.map((conflict) => conflict.record)).toEqual(before)
  })
})

test('one machine seen through two hosts is filled in both records', () => {
  const uuid = '6513270e-269e-4d37-b2a7-4de452e6b438'
  const before = [record({uuid}), record({host: 'h2', uuid: uuid.replaceAll('-', '')})]
  const {records, conflicts} = fillFromMacmap(before, [entryOf('web01', '10.0.0.1', macA)])
  expect(records.map(({mac}) => mac)).toEqual([macA, macA])
  expect(conflicts).toEqual([])
})

test('the label says nothing of a machine with several interfaces', () => {
  const before = [record({ifName: '0'}), record({ifName: '1'})]
  expect(fillFromMacmap(before, [entryOf('web01', '10.0.0.1', macA)])).toEqual({
    records: before,
    filled: 0,
    conflicts: [],
  })
})

test('whatever the map says, no value is overwritten, and an untouched record is the same object', () => {
  const few = (...values: string[]) => fc.constantFrom('', ...values)
  const entry = fc.record({name: few('a', 'B'), ip: few('10.0.0.1', '10.0.0.2'), mac: few(macA, macB)})
  const facts = fc.record({
    label: few('a', 'b'),
    tcp: few('10.0.0.1', 'B'),
    mac: few(macA),
    netName: few('A'),
    host: few('h2'),
  })
  fc.assert(
    fc.property(fc.array(facts, {maxLength: 4}), fc.array(entry, {maxLength: 5}), (all, entries) => {
      const before = all.map(record)
      const {records, filled} = fillFromMacmap(before, entries)
      expect(records.filter((it, index) => it !== before[index])).toHaveLength(filled)
      for (const [index, after] of records.entries()) {
        for (const [field, value] of Object.entries(before[index] ?? {})) {
          if (value !== '' || !['mac', 'tcp', 'netName'].includes(field)) expect(after).toHaveProperty(field, value)
        }
      }
    }),
    {numRuns: 300},
  )
})
