/** Questions to records: each kind of term, order, speed, and the limit of time. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {findByWords} from '../../../inventory/fdb/query.js'
import {type InventoryRecord, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {classicLine, classicValues} from '../../../src/domain/inventory/record-text.js'
import {fieldKeys} from '../../../src/query/fields.js'
import {evaluateQuery, everything, type Query} from '../../../src/query/query.js'
import {record} from '../../fixtures/inventory/make-records.js'

const now = new Date('2026-03-14T12:00:00Z')
const uuid = '6513270e-269e-4d37-b2a7-4de452e6b438'
const web = record({uuid, mac: '00:50:56:13:00:01', vram: '512', observedAt: '2026-03-14T11:00:00Z'})
const db = record({
  label: 'db01',
  host: 'H2',
  vram: '4096',
  userString: 'next to web01',
  observedAt: '2026-03-01T00:00:00Z',
})
const pm = record({label: 'h1', type: 'PM', netName: 'h1.example.org', vram: '', observedAt: ''})
const all = [db, web, pm]

function found(query: Query): readonly InventoryRecord[] {
  return evaluateQuery(query, all, {now})
}

describe('terms', () => {
  test.each<[string, Query, readonly InventoryRecord[]]>([
    ['no terms', everything, all],
    ['no alternatives', {kind: 'or', terms: []}, []],
    ['not everything', {kind: 'not', term: everything}, []],
    ['equals', {kind: 'equals', field: 'host', text: 'h2'}, [db]],
    [
      'equals a UUID in either form',
      {kind: 'equals', field: 'uuid', text: uuid.replaceAll('-', '').toUpperCase()},
      [web],
    ],
    ['equals a MAC in either form', {kind: 'equals', field: 'mac', text: '00-50-56-13-00-01'}, [web]],
    ['equals nothing', {kind: 'equals', field: 'uuid', text: ''}, [db, pm]],
    ['contains, with regard to case', {kind: 'contains', field: 'host', text: 'H'}, [db]],
    ['holds', {kind: 'holds', field: 'netName', part: 'host'}, [pm]],
    ['word, exact ones first', {kind: 'word', text: 'WEB01'}, [web, db]],
    ['word in an alternative changes no order', {kind: 'or', terms: [{kind: 'word', text: 'web01'}]}, [db, web]],
    ['number', {kind: 'number', field: 'vram', op: '>=', value: 512}, [db, web]],
    ['number, unknown is none', {kind: 'number', field: 'vram', op: '<', value: 1e9}, [db, web]],
    ['number, equal', {kind: 'number', field: 'vram', op: '=', value: 4096}, [db]],
    ['younger', {kind: 'age', op: '<=', seconds: 3600}, [web]],
    ['older, never seen being oldest', {kind: 'age', op: '>', seconds: 86_400}, [db, pm]],
  ])('%s', (_, query, expected) => {
    expect(found(query)).toEqual(expected)
  })
})

const someRecords = fc.array(
  fc
    .record({
      label: fc.constantFrom('web01', 'Web02', 'db01'),
      uuid: fc.constantFrom('', uuid, uuid.replaceAll('-', '')),
      mac: fc.constantFrom('', '00:50:56:13:00:01', '00-50-56-13-00-02'),
      userString: fc.constantFrom('', 'Ärger', 'web01;db01'),
    })
    .map(record),
  {maxLength: 6},
)

test('plain words find what the inventory finds, in the same order', () => {
  const word = fc.constantFrom('', 'web', 'WEB01', 'db01', '6513270e269e', '-4d37-', '00:50:56', 'ärger', uuid, 'h1')
  fc.assert(
    fc.property(someRecords, fc.array(word, {maxLength: 3}), (records, words) => {
      const query: Query = {kind: 'and', terms: words.map((text) => ({kind: 'word', text}))}
      expect(evaluateQuery(query, records, {now})).toEqual(findByWords(records, words))
    }),
    {numRuns: 1000},
  )
})

test('the classic line has the 47 fields in their order', () => {
  const numbered = Object.fromEntries(recordFields.map((field, i) => [field, String(i + 1)])) as InventoryRecord
  expect(classicValues(numbered)).toEqual(Array.from({length: 47}, (_, i) => String(i + 1)))
  expect(classicLine(web).split(';')).toHaveLength(47)
})

test('every field has a key, and no key is spoken for twice', () => {
  expect(new Set(Object.values(fieldKeys))).toEqual(new Set(recordFields))
  const classic = (
    'PM HOST H TYPE STYPE ST LABEL L ID IDS I PNAME P UUID U MAC M TCP T IP DNS D VNCDISPLAY DISP CPORT VNCPORT SPORT ' +
    'SERVERACCESS S VNCBASE DIST DISTREL OS O OSREL VERNO VERSION VER SERNO SERIALNUMBER CATEGORY CAT VMSTATE VSTAT ' +
    'HYPERREL HYREL STACKCAP SCAP STACKREQ SREQ HWCAP HWREQ EXECLOCATION RELOCCAP SSHPORT NETNAME HYPERRELRUN ' +
    'HYRELRUN HRX ACCELERATOR ACCEL EXEPATH EXEP INDEX IFNAME IF CTYSRELEASE NETMASK GATEWAY GW RELAY ARCH PLATFORM ' +
    'PFORM VRAM VCPU CONTEXTSTRING CSTRG USERSTRING USTRG USERID UID GROUPID GID DEFAULTHOSTS DEFAULTCONSOLE'
  ).split(' ')
  expect(classic.filter((key) => fieldKeys[key.toLowerCase()] === undefined)).toEqual([])
  expect(fieldKeys).toMatchObject({s: 'sport', st: 'type', d: 'netName', hrx: 'hyperRelRun', mem: 'vram', path: 'id'})
})
