import {expect, test} from 'vitest'
import {mergeDatabases} from '../../../inventory/fdb/merge-databases.js'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {record} from '../../fixtures/inventory/make-records.js'

const file = (name: string, records: readonly InventoryRecord[]) =>
  ({file: name, format: 'fdb', records, faults: []}) as const
const old = record({vram: '512', observedAt: '2026-01-01T00:00:00Z', source: 'scan'})
const recent = {...old, vram: '1024', observedAt: '2026-02-01T00:00:00Z'}
const db = record({label: 'db01'})

test('machines that are not there are added behind their host, with the source import where none is given', () => {
  const other = record({host: 'h2', label: 'x01', source: 'scan'})
  const mail = record({label: 'mail01', mac: '00:50:56:13:00:02'})
  const {records, changes} = mergeDatabases([old, other], [file('a', [db, mail, {...mail, ifName: '1'}])])
  const imported = [db, mail, {...mail, ifName: '1'}].map((one) => ({...one, source: 'import'}))
  expect(records).toEqual([old, ...imported, other])
  expect(changes).toEqual([
    {what: 'added', record: imported[0]},
    {what: 'added', record: imported[1]},
  ])
})

test('the side that saw the machine later wins, and the difference is told', () => {
  expect(mergeDatabases([old, db], [file('a', [recent])])).toEqual({
    records: [recent, db],
    changes: [{what: 'changed', record: recent}],
    conflicts: [
      {
        record: old,
        reason: 'vram differ in a: taken from there, seen 2026-02-01T00:00:00Z (ours 2026-01-01T00:00:00Z)',
      },
    ],
  })
  expect(mergeDatabases([recent], [file('a', [old])])).toMatchObject({
    records: [recent],
    changes: [],
    conflicts: [{reason: expect.stringContaining('ours kept')}],
  })
})

test.each([
  ['neither was ever seen', '', ''],
  ['both were seen at the same time', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
  ['the other has a time nobody can read', '2026-01-01T00:00:00Z', 'zzz'],
])('where %s, ours stays and the difference is told', (_, ourTime, theirTime) => {
  const ours = {...db, observedAt: ourTime}
  const {records, conflicts} = mergeDatabases([ours], [file('a', [{...db, vram: '1', observedAt: theirTime}])])
  expect(records).toEqual([ours])
  expect(conflicts).toHaveLength(1)
})

test('a machine only seen later is dated anew, which is no change', () => {
  const seen = {...old, observedAt: '2026-02-01T00:00:00Z'}
  expect(mergeDatabases([old], [file('a', [seen])])).toEqual({records: [seen], changes: [], conflicts: []})
})

test('merging a database with itself gives the very objects back', () => {
  const {records, changes, conflicts} = mergeDatabases([old, db], [file('a', [{...old}, {...db}])])
  expect([records[0] === old, records[1] === db]).toEqual([true, true])
  expect([changes, conflicts]).toEqual([[], []])
})

test('of several files each is compared with what came before it', () => {
  const {records, changes} = mergeDatabases([], [file('a', [old]), file('b', [recent]), file('c', [old])])
  expect(records).toEqual([recent])
  expect(changes).toEqual([{what: 'added', record: recent}])
})
