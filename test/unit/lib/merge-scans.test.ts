import {describe, expect, test} from 'vitest'
import {mergeScans} from '../../../src/lib/merge-scans.js'
import {record, type ScanFacts, scan} from '../../fixtures/inventory/make-records.js'

const web = record({label: 'web01'})
const db = record({label: 'db01'})
const mail = record({host: 'h2', label: 'mail01'})
const xen = record({label: 'xen01', type: 'XEN'})

describe('who may lose records', () => {
  const gone = [{what: 'gone', record: web}]
  test.each<[string, ScanFacts, boolean]>([
    ['a searched root above the machine', {}, true],
    ['a root with a slash at its end', {searched: ['/vm/']}, true],
    ['the root of everything', {searched: ['/']}, true],
    ['the machine itself as the root', {searched: [web.id]}, true],
    ['another root', {searched: ['/srv']}, false],
    ['a root that only begins alike', {searched: ['/vm/web0']}, false],
    ['no root at all', {searched: []}, false],
    ['the file seen but unreadable', {kept: [web.id]}, false],
    ['its directory seen but unreadable', {kept: ['/vm/web01']}, false],
    ['another host', {host: 'h9'}, false],
    ['the host in other letters', {host: 'H1'}, true],
    ['another type', {type: 'XEN'}, false],
  ])('%s: gone %#', (_, facts, expected) => {
    const merged = mergeScans([web, mail], [scan([], facts)])
    expect(merged.records.includes(web)).toBe(!expected)
    expect(merged.records.includes(mail)).toBe(true)
    expect(merged.changes).toEqual(expected ? gone : [])
  })

  test('nothing is lost without a scan, nor with a machine whose path is unknown', () => {
    const pathless = record({label: 'old', id: ''})
    expect(mergeScans([web, pathless], [])).toEqual({records: [web, pathless], changes: []})
    expect(mergeScans([pathless], [scan([])]).records).toEqual([pathless])
  })

  test('two scans of one host count together: what one of them found or kept stays', () => {
    const scans = [scan([web]), scan([], {kept: [db.id]})]
    expect(mergeScans([web, db], scans).changes).toEqual([])
  })
})

describe('what changes', () => {
  test('a new machine stands behind the last record of its host, a new host at the end', () => {
    const cache = record({label: 'cache01'})
    const lab = record({host: 'h3', label: 'lab01'})
    const {records, changes} = mergeScans([web, mail], [scan([web, cache]), scan([lab], {host: 'h3'})])
    expect(records).toEqual([web, cache, mail, lab])
    expect(changes).toEqual([
      {what: 'added', record: cache},
      {what: 'added', record: lab},
    ])
  })

  test('a machine that differs is replaced where it stood', () => {
    const bigger = {...web, vram: '2048'}
    const {records, changes} = mergeScans([web, db, mail], [scan([db, bigger])])
    expect(records).toEqual([bigger, db, mail])
    expect(changes).toEqual([{what: 'changed', record: bigger}])
  })

  test('a machine seen again without a difference is only dated anew', () => {
    const again = {...web, observedAt: '2026-01-02T03:04:05Z', source: 'scan'}
    const {records, changes} = mergeScans([web, mail], [scan([again])])
    expect(records[0]).toBe(again)
    expect(changes).toEqual([])
  })

  test('a record that is the same in every field stays the object it was', () => {
    const {records, changes} = mergeScans([web, mail], [scan([{...web}])])
    expect(records[0]).toBe(web)
    expect(changes).toEqual([])
  })

  test.each([
    [
      'hyphens and case of a UUID',
      {uuid: '6513270E-269E-4D37-B2A7-4DE452E6B438'},
      {uuid: '6513270e269e4d37b2a74de452e6b438'},
    ],
    ['case of a MAC address', {mac: '00:50:56:ab:00:01'}, {mac: '00:50:56:AB:00:01'}],
    ['case of host and type', {host: 'H1', type: 'qemu'}, {}],
    ['the place in the old snapshot', {index: '17'}, {}],
  ])('%s is no change, but is written as seen', (_, before, after) => {
    const seen = {...web, ...after}
    const {records, changes} = mergeScans([{...web, ...before}], [scan([seen])])
    expect(records).toEqual([seen])
    expect(changes).toEqual([])
  })

  test('the same path of another type or host is another machine', () => {
    const twin = {...web, type: 'XEN'}
    const {records} = mergeScans([twin, {...web, host: 'h2'}], [scan([web])])
    expect(records).toEqual([twin, web, {...web, host: 'h2'}])
  })
})

describe('interfaces', () => {
  const first = {...web, mac: '00:50:56:00:00:01'}
  const second = {...web, mac: '00:50:56:00:00:02'}

  test('of one machine are replaced together, at the first place', () => {
    const third = {...web, mac: '00:50:56:00:00:03'}
    const {records, changes} = mergeScans([first, db, second, mail], [scan([first, third, db])])
    expect(records).toEqual([first, third, db, mail])
    expect(changes).toEqual([{what: 'changed', record: first}])
  })

  test('in another order, or one of them twice in the file, are no change', () => {
    const {records, changes} = mergeScans([second, first, first], [scan([first, second])])
    expect(records).toEqual([first, second])
    expect(changes).toEqual([])
  })

  test('of a machine that is gone go together and are one change', () => {
    expect(mergeScans([first, second, xen], [scan([])])).toEqual({
      records: [xen],
      changes: [{what: 'gone', record: first}],
    })
  })
})

test('what is handed in is never altered', () => {
  const records = Object.freeze([Object.freeze({...web}), Object.freeze({...db})])
  const scans = Object.freeze([Object.freeze(scan(Object.freeze([{...web, vram: '1'}])))])
  expect(mergeScans(records, scans).changes).toHaveLength(2)
})
