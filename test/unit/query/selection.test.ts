/** What of the records found is answered: -T, R:, -c and -M of ctys-vhost. */
import {describe, expect, test} from 'vitest'
import {LookupError} from '../../../src/domain/errors.js'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {everything, type Query} from '../../../src/query/query.js'
import {countByHost, type RecordSelection, selectRecords} from '../../../src/query/selection.js'
import {printed} from '../../fakes/printed.js'
import {record} from '../../fixtures/inventory/make-records.js'

const now = new Date('2026-03-14T12:00:00Z')
const d = record({label: 'd', host: 'h2', accelerator: 'KVM'})
const b = record({label: 'b', host: 'h1', type: 'XEN'})
const c = record({label: 'c', host: 'h2', type: 'qemu'})
const a = record({label: 'a', host: 'h3'})
const all = [d, b, c, a]
const isQemu: Query = {kind: 'equals', field: 'type', text: 'QEMU'}

function select(
  selection: RecordSelection,
  query: Query = everything,
  records: readonly InventoryRecord[] = all,
): string {
  return selectRecords(query, records, selection, {now})
    .map(({label}) => label)
    .join('')
}

test.each<[RecordSelection, string]>([
  [{}, 'dca'],
  [{pick: 'all'}, 'dca'],
  [{pick: 'first'}, 'd'],
  [{pick: 'last'}, 'a'],
  [{pick: 'complement'}, 'b'],
  [{pick: 'sort'}, 'dca'],
  [{types: ['XEN']}, ''],
  [{types: ['KVM']}, 'd'],
  [{types: ['QEMU']}, 'dca'],
  [{types: ['QEMU'], pick: 'complement'}, ''],
  [{range: {first: 2, last: 3}}, 'ca'],
  [{range: {first: 3, last: 9}}, 'a'],
  [{range: {first: 4, last: 4}}, ''],
  [{range: {first: 1, last: 1}, pick: 'complement'}, 'bca'],
  [{cost: 'least'}, 'a'],
  [{cost: 'most'}, 'dc'],
  [{cost: 'most', pick: 'last'}, 'c'],
])('%j', (selection, expected) => {
  expect(select(selection, isQemu)).toBe(expected)
})

test('sorting goes by the whole line, and USORT drops equal lines', () => {
  expect(select({pick: 'sort'})).toBe('bdca')
  expect(select({pick: 'sort'}, everything, [a, d, a, {...d, observedAt: '2026-01-01T00:00:00Z'}])).toBe('ddaa')
  expect(select({pick: 'usort'}, everything, [a, d, a, {...d, observedAt: '2026-01-01T00:00:00Z'}])).toBe('da')
})

describe('-M UNIQUE', () => {
  test('gives the one record', () => {
    expect(select({pick: 'unique'}, {kind: 'word', text: '/vm/a/'})).toBe('a')
  })

  test.each([
    ['nothing', {kind: 'word', text: 'zzz'} as const, 'MACHINE_NOT_FOUND', 'no record fits the query'],
    ['several', isQemu, 'MACHINE_AMBIGUOUS', '3 records fit the query, not one'],
  ])('fails on %s', (_, query, code, message) => {
    expect(() => select({pick: 'unique'}, query)).toThrow(expect.objectContaining({code, message}))
    expect(() => select({pick: 'unique'}, query)).toThrow(LookupError)
  })

  test('names ten of many', () => {
    const many = Array.from({length: 25}, (_, i) => record({label: `vm${i}`}))
    expect(() => select({pick: 'unique'}, everything, many)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({length: 11, 0: 'h1 vm0  /vm/vm0/vm0.ctys', 10: 'and 15 more'}),
      }),
    )
  })
})

test('counts go by host, and none of none', () => {
  expect([...countByHost(all)]).toEqual([
    ['h2', 2],
    ['h1', 1],
    ['h3', 1],
  ])
  const counts = countByHost([...all, record({host: 'a;\n'})])
  const hosts = [...counts].map(([host, records]) => ({host, records}))
  const {stdout} = printed({kind: 'databases', hosts, groups: [], noCache: false, rejects: [], location: ''})
  expect(stdout).toBe('h2;2\nh1;1\nh3;1\na\\x3b\\n;1\n')
  expect(select({cost: 'least'}, everything, [])).toBe('')
})
