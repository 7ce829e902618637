import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../inventory/ascii.js'
import {lookupAddress, lookupWords} from '../../inventory/lookup.js'
import {findByWords} from '../../inventory/query.js'
import {findRecords} from '../../inventory/scan-lines.js'
import {classicFieldCount, emptyRecord, type InventoryRecord, recordFields} from '../../src/domain/inventory-record.js'
import {type MachineAddress, normalizeMac, normalizeUuid} from '../../src/domain/machine-address.js'
import {findByAddress} from '../../src/domain/machine-records.js'
import {timesYardstick} from '../fakes/yardstick.js'
import {record} from '../fixtures/inventory/make-records.js'

/** Few values, so that records and questions meet; some are escaped in our lines. */
const value = fc.constantFrom(
  'web01',
  'WEB01',
  'a#1',
  '50%',
  'a;b',
  'größe',
  'GRÖSSE',
  'db-1',
  'db1',
  '10.0.0.1',
  'x.y',
  '',
)
const uuid = fc.constantFrom('6513270E-269e-4d37-b2a7-4de452e6b438', '6513270e269e4d37b2a74de452e6b438', 'ab-1', '')
const mac = fc.constantFrom('00:50:56:13:00:0a', '00-50-56-13-00-0A', '00:50:56:13:00:0B', '')
const anyRecord = fc
  .record({
    host: fc.constantFrom('h1', 'H2'),
    label: value,
    id: fc.constantFrom('/vm/a', '/vm/a', '/vm/b;c', ''),
    uuid,
    mac,
    tcp: value,
    netName: value,
    userString: value,
  })
  .map((facts): InventoryRecord => ({...emptyRecord(), ...facts}))

/** Lines of both kinds; a classic one cannot hold a separator. */
const anyFile = fc.array(fc.tuple(anyRecord, fc.boolean()), {maxLength: 14}).map((lines) =>
  Buffer.concat(
    lines.map(([any, classic]) =>
      classic && !Object.values(any).some((text) => text.includes(';'))
        ? Buffer.from(
            `${recordFields
              .slice(0, classicFieldCount)
              .map((field) => any[field])
              .join(';')}\n`,
          )
        : formatEnumFdb([any]),
    ),
  ),
)

const anyAddress: fc.Arbitrary<MachineAddress> = fc.record(
  {
    label: value,
    id: fc.constantFrom('/vm/a', '/vm/b;c', ''),
    path: fc.constantFrom('/vm/a', '/vm/b;c'),
    filename: fc.constantFrom('v', '/b;', 'a'),
    basePaths: fc.constant(['/vm']),
    uuid: uuid.map(normalizeUuid),
    mac: mac.map(normalizeMac),
    tcp: value,
  },
  {requiredKeys: []},
)

describe('a lookup in the bytes', () => {
  const first = record({label: '50% #1', mac: '00:50:56:13:00:01'})
  const second = {...first, mac: '00:50:56:13:00:02', tcp: '10.0.0.2'}
  const other = record({label: 'db01', mac: '00:50:56:13:00:03'})
  const three = formatEnumFdb([first, other, second])

  test.each<[MachineAddress]>([
    [{mac: '00:50:56:13:00:02'}],
    [{tcp: '10.0.0.2'}],
    [{tcp: '10.0.0.2', mac: '00:50:56:13:00:01'}],
    [{label: '50% #1'}],
    [{path: '/vm/50% #1/50% #1.ctys'}],
    [{filename: '50% #1/'}],
  ])('%j gives the machine with all its interfaces', (address) => {
    expect(lookupAddress(three, address).machines).toEqual([[first, second]])
  })

  test('by address finds what a search over all records finds', () => {
    fc.assert(
      fc.property(
        anyFile,
        anyAddress,
        fc.option(fc.constantFrom('h1', 'h2'), {nil: undefined}),
        (bytes, address, host) => {
          const expected = findByAddress(parseEnumFdb(bytes).records, address, host)
          expect(lookupAddress(bytes, address, host).machines).toEqual(expected)
        },
      ),
      {numRuns: 1000},
    )
  })

  test('by words finds what a search over all records finds', () => {
    const word = fc.oneof(value, fc.constantFrom('269e4d', '269E-4', 'b1', 'a1', '13:00:0B', 'h2', '#', ';'))
    fc.assert(
      fc.property(anyFile, fc.array(word, {maxLength: 3}), (bytes, words) => {
        expect(lookupWords(bytes, words).records).toEqual(findByWords(parseEnumFdb(bytes).records, words))
      }),
      {numRuns: 1000},
    )
  })

  test('tells of broken lines that may have held the answer, and of no others', () => {
    const bytes = Buffer.from(`# web01\n;half a record of web01;\n;another\n${formatEnumFdb([record()])}`)
    const {records, rejects} = lookupWords(bytes, ['web01'])
    expect(records).toEqual([record()])
    expect(rejects).toMatchObject([{line: 2, reason: expect.stringContaining('3 fields')}])
    expect(lookupAddress(bytes, {label: 'web01'}).rejects).toEqual([])
  })

  test('of a file of release 01.07 is refused, not answered with nothing', () => {
    const old = Buffer.from(`${Array(15).fill('x').join(';')}\n`)
    const refused = expect.objectContaining({
      code: 'INVENTORY_FORMAT',
      message: expect.stringContaining('/db/enum.fdb'),
    })
    expect(() => lookupWords(old, ['web01'], '/db/enum.fdb')).toThrow(refused)
    expect(() => lookupAddress(old, {label: 'web01'}, undefined, '/db/enum.fdb')).toThrow(refused)
  })

  test('of an empty file finds nothing', () => {
    expect(lookupWords(Buffer.alloc(0), ['x'])).toEqual({records: [], rejects: []})
    expect(lookupAddress(Buffer.alloc(0), {label: 'x'})).toEqual({machines: [], rejects: []})
  })
})

test('lines are read in file order, each once, whatever needles they contain', () => {
  const lines = ['b', 'ab', 'c', 'a'].map((label) => record({label, id: label, host: 'h', type: 't'}))
  const labels = (needles: readonly (string | RegExp)[]): string[] =>
    findRecords(formatEnumFdb(lines), needles).records.map(({label}) => label)
  expect(labels([';a', 'b;', ';a'])).toEqual(['b', 'ab', 'a'])
  expect(labels([/;c;/g, 'no such'])).toEqual(['c'])
  expect(labels([''])).toEqual(['b', 'ab', 'c', 'a'])
  expect(labels([])).toEqual([])
})

test.each([
  [10_000, 1.1],
  [100_000, 9],
])('one label among %i machines is found within %f rounds of the yardstick', (count, rounds) => {
  const bytes = formatEnumFdb(
    Array.from({length: count}, (_, index) => record({label: `vm${index}`, exePath: '/usr/bin/qemu-system-x86_64'})),
  )
  const times = Array.from({length: 5}, () => {
    const begin = performance.now()
    expect(lookupAddress(bytes, {label: `vm${count - 2}`}).machines).toHaveLength(1)
    return performance.now() - begin
  })
  expect(Math.min(...times)).toBeLessThan(timesYardstick(rounds))
})
