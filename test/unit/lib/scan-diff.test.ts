import {expect, test} from 'vitest'
import {emptyRecord, type InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {recordedHost} from '../../../src/lib/host-name.js'
import {mergeScans} from '../../../src/lib/merge-scans.js'
import {explainChanges} from '../../../src/lib/scan-diff.js'

const uuid = '6842caf91e3e43249ed596b8b9f2c5c2'

function record(fields: Partial<InventoryRecord>): InventoryRecord {
  const own = {host: 'h1', type: 'QEMU', label: 'web01', id: '/vm/web01/web01.ctys', mac: '00:50:56:00:00:01'}
  return {...emptyRecord(), ...own, ...fields}
}

/** Both hosts answered, with these records and nothing else. */
function differences(before: readonly InventoryRecord[], after: readonly InventoryRecord[]) {
  const scans = ['h1', 'h2'].map(recordedHost).map((host) => ({
    host,
    type: 'QEMU',
    records: after.filter((each) => each.host === host),
    searched: ['/'],
    kept: [],
  }))
  const {changes} = mergeScans(before, scans)
  return explainChanges(changes, before, after).map(({what, record: {host, id}, from, fields}) => ({
    what,
    at: `${host}:${id}`,
    ...(from !== undefined && {from: `${from.host}:${from.id}`}),
    ...(fields !== undefined && fields.length > 0 && {fields}),
  }))
}

test('a machine with the same UUID elsewhere moved, to another host too, and what changed with it is told', () => {
  const before = [record({uuid})]
  const after = [record({uuid, host: 'h2', id: '/new/web01.ctys', vram: '256'})]
  expect(differences(before, after)).toEqual([
    {
      what: 'moved',
      at: 'h2:/new/web01.ctys',
      from: 'h1:/vm/web01/web01.ctys',
      fields: [{field: 'vram', before: '', after: '256'}],
    },
  ])
})

test.each([
  ['another UUID', {uuid}, {uuid: uuid.replace('6', '7')}],
  ['no UUID on another host', {}, {host: 'h2'}],
  ['no UUID and another label', {}, {label: 'web02'}],
  ['neither UUID nor network card', {mac: ''}, {mac: ''}],
])('a machine elsewhere with %s is another one', (_, old, young) => {
  const found = differences([record(old)], [record({id: '/new/web01.ctys', ...young})])
  expect(found.map(({what}) => what).sort()).toEqual(['added', 'gone'])
})

test('a copy is added as long as the original is there', () => {
  const original = record({uuid})
  expect(differences([original], [original, record({uuid, id: '/copy/web01.ctys'})])).toEqual([
    {what: 'added', at: 'h1:/copy/web01.ctys'},
  ])
})

test('two copies that moved are two moves, whichever is which', () => {
  const before = [record({uuid, id: '/a/x.ctys'}), record({uuid, id: '/b/x.ctys'})]
  const after = [record({uuid, id: '/c/x.ctys'}), record({uuid, id: '/d/x.ctys'})]
  const found = differences(before, after)
  expect(found.map(({what}) => what)).toEqual(['moved', 'moved'])
  expect(new Set(found.map(({from}) => from)).size).toBe(2)
})

test('facts that all interfaces share are told once, those of one interface with its name', () => {
  const nic = (ifName: string, fields: Partial<InventoryRecord>) =>
    record({ifName, mac: `00:50:56:00:00:1${ifName}`, ...fields})
  const before = [nic('0', {vram: '128'}), nic('1', {vram: '128', tcp: '10.0.0.1'})]
  const after = [nic('0', {vram: '256'}), nic('1', {vram: '256', tcp: '10.0.0.2'}), nic('2', {vram: '256'})]
  const [found] = differences(before, after)
  expect(found?.fields).toEqual(
    expect.arrayContaining([
      {field: 'vram', ifName: '0', before: '128', after: '256'},
      {field: 'tcp', ifName: '1', before: '10.0.0.1', after: '10.0.0.2'},
      {field: 'mac', ifName: '2', before: '', after: '00:50:56:00:00:12'},
    ]),
  )
  expect(found?.fields?.filter(({ifName}) => ifName === '1')).toHaveLength(1)
})
