/** What a query needs of a record lets a store leave out the others: the answer has to be that of all records. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {linesOf} from '../../../inventory/fdb/line-source.js'
import {lookupTexts} from '../../../inventory/fdb/lookup.js'
import {emptyRecord, type InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {parseClassicQuery} from '../../../src/query/language/classic.js'
import {parseFindQuery} from '../../../src/query/language/find.js'
import {neededTexts} from '../../../src/query/needles.js'
import {evaluateQuery, type Query} from '../../../src/query/query.js'

const now = new Date('2026-03-14T12:00:00Z')

function today(...words: readonly string[]): Query {
  const faults: string[] = []
  const query = parseFindQuery(words, faults)
  expect(faults).toEqual([])
  return query as Query
}

test.each<[readonly string[], readonly string[] | undefined]>([
  [['label=web01'], ['web01']],
  [['label!=web01'], undefined],
  [['label~^vm00[0-9]*777$'], ['777']],
  [['label~web'], undefined],
  [['web01', 'label=a'], ['web01']],
  [
    ['label=a', 'or', 'label=bc'],
    ['a', 'bc'],
  ],
  [['label=a', 'or', 'mem>2G'], undefined],
  [['os=debian'], ['debian']],
  [['mem>2G'], undefined],
  [['mem>2G', 'host=h1'], ['h1']],
  [['uuid=6513270E-269e'], ['6513270e269e']],
  [['uuid=x-1'], undefined],
  [['mac=00-50-56-13-00-01'], undefined],
  [['label='], undefined],
])('%j needs %j', (words, texts) => {
  expect(neededTexts(today(...words))).toEqual(texts)
})

const value = fc.constantFrom('web01', 'WEB01', 'a#1', 'a;b', 'größe', 'GRÖSSE', 'db-1', 'a--b', '\u212aern', 'İx', '')
const anyRecord = fc
  .record({
    label: value,
    userString: value,
    dist: fc.constantFrom('debian', 'Debian 12', ''),
    uuid: fc.constantFrom('6513270E-269e-4d37-b2a7-4de452e6b438', '6513270e269e4d37b2a74de452e6b438', 'x-1', ''),
    mac: fc.constantFrom('00:50:56:13:00:0a', '00-50-56-13-00-0A', ''),
    vram: fc.constantFrom('512', '4096', ''),
  })
  .map((facts): InventoryRecord => ({...emptyRecord(), host: 'h1', type: 'QEMU', ...facts}))

describe('the answer is that of all records', () => {
  const questions: readonly (readonly string[])[] = [
    ...[
      'label=web01',
      'label=a;b',
      'label=GRÖßE',
      'label=größe',
      'label=kern',
      'label=i̇x',
      'label~b0*1',
      'label~^a#1$',
    ],
    ...[
      'uuid=6513270e269e4d37b2a74de452e6b438',
      'uuid=X1',
      'mac=00:50:56:13:00:0A',
      'os=debian',
      'kern',
      'a--b',
      'db-1',
    ],
  ].map((word) => [word])
  const connected = [
    ['label=web01', 'or', 'label=a#1'],
    ['web01', 'not', 'label=web01'],
    ['mem>1G', 'debian'],
    ['label~[wk]e', 'or', '269e'],
  ]
  test.each([...questions, ...connected])('to %s %s %s', (...words) => {
    const query = today(...words.filter((word) => word !== undefined))
    fc.assert(
      fc.property(fc.array(anyRecord, {maxLength: 8}), fc.boolean(), (records, isEscaped) => {
        const plain = formatEnumFdb(records).toString()
        const bytes = Buffer.from(isEscaped ? plain.replaceAll('web', '%77eb') : plain)
        const all = parseEnumFdb(bytes).records
        const texts = neededTexts(query)
        const read = texts === undefined ? all : lookupTexts(linesOf(bytes, 300), texts)
        expect(evaluateQuery(query, read, {now})).toEqual(evaluateQuery(query, all, {now}))
      }),
      {numRuns: 150},
    )
  })

  test.each(['web01', 'L:web01', 'F:3:web', 'a;b', 'E:3:5'])('to the classic %s', (word) => {
    const faults: string[] = []
    const question = parseClassicQuery([word], faults)
    if (question === undefined) return expect(faults).not.toEqual([])
    fc.assert(
      fc.property(fc.array(anyRecord, {maxLength: 8}), (records) => {
        const bytes = formatEnumFdb(records)
        const texts = neededTexts(question.query)
        const read = texts === undefined ? records : lookupTexts(linesOf(bytes, 300), texts)
        expect(evaluateQuery(question.query, read, {now})).toEqual(evaluateQuery(question.query, records, {now}))
      }),
      {numRuns: 150},
    )
  })
})
