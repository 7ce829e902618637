import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {linesOf} from '../../../inventory/fdb/line-source.js'
import {lookupAddress, lookupTexts, lookupWords} from '../../../inventory/fdb/lookup.js'
import {findByWords} from '../../../inventory/fdb/query.js'
import {findRecords, valueNeedle} from '../../../inventory/fdb/scan-lines.js'
import {
  classicFieldCount,
  emptyRecord,
  type InventoryRecord,
  recordFields,
} from '../../../src/domain/inventory/inventory-record.js'
import {type MachineAddress, normalizeMac, normalizeUuid} from '../../../src/domain/machine/machine-address.js'
import {findByAddress} from '../../../src/domain/machine/machine-records.js'
import {record} from '../../fixtures/inventory/make-records.js'

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

/** Small enough that lines lie across the borders. */
const pieceSize = fc.integer({min: 1, max: 400})

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
        pieceSize,
        (bytes, address, host, size) => {
          const expected = findByAddress(parseEnumFdb(bytes).records, address, host)
          expect(lookupAddress(linesOf(bytes, size), address, host).machines).toEqual(expected)
        },
      ),
      {numRuns: 1000},
    )
  })

  test('by words finds what a search over all records finds', () => {
    const word = fc.oneof(value, fc.constantFrom('269e4d', '269E-4', 'b1', 'a1', '13:00:0B', 'h2', '#', ';'))
    fc.assert(
      fc.property(anyFile, fc.array(word, {maxLength: 3}), pieceSize, (bytes, words, size) => {
        expect(lookupWords(linesOf(bytes, size), words).records).toEqual(
          findByWords(parseEnumFdb(bytes).records, words),
        )
      }),
      {numRuns: 1000},
    )
  })

  test.each([
    ['letters', 'x'],
    ['pieces of a UUID', 'a'],
    ['letters beyond ASCII', '\u{1f600}'],
    ['what is escaped', ';'],
  ])('a value of 100000 characters is found as any other: %s', (_name, letter) => {
    const long = letter.repeat(100_000)
    const own = record({label: long, id: `/vm/${long}`})
    const bytes = formatEnumFdb([record(), own, record({label: `${long}1`, id: '/vm/other'})])
    expect(lookupWords(bytes, [`${long}1`]).records.map(({id}) => id)).toEqual(['/vm/other'])
    expect(lookupAddress(bytes, {label: long}).machines).toEqual([[own]])
    expect(lookupWords(bytes, [`${long}2`]).records).toEqual([])
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

test.each([7, 200, 64 * 1024])('in pieces of %i bytes, lines are read in file order, each once', (piece) => {
  const lines = ['b', 'ab', 'c', 'a'].map((label) => record({label, id: label, host: 'h', type: 't'}))
  const labels = (needles: readonly string[]): string[] =>
    findRecords(
      linesOf(formatEnumFdb(lines), piece),
      needles.map((text) => valueNeedle(text)),
    ).records.map(({label}) => label)
  expect(labels([';a', 'b;', ';a'])).toEqual(['b', 'ab', 'a'])
  expect(labels([';c;', 'no such'])).toEqual(['c'])
  expect(labels([''])).toEqual(['b', 'ab', 'c', 'a'])
  expect(labels([])).toEqual([])
})

test('a file in pieces gives all its bytes, whole lines each, and as a whole', () => {
  const anyText = fc.array(fc.constantFrom('', 'a', 'some text', 'x'.repeat(40)), {maxLength: 9})
  fc.assert(
    fc.property(anyText, fc.boolean(), fc.integer({min: 1, max: 50}), (texts, isEnded, size) => {
      const bytes = Buffer.from(texts.join('\n') + (isEnded ? '\n' : ''))
      const source = linesOf(bytes, size)
      const pieces = [...source.pieces()].map((piece) => ({...piece, text: piece.bytes.toString()}))
      const seen: string[] = []
      for (const {bytes: piece, isFirst} of source.pieces()) {
        const text = piece.toString()
        if (!isFirst) expect(text).toMatch(/^\n./s)
        seen.push(isFirst ? text : text.slice(1))
      }
      expect(seen.join('')).toBe(bytes.toString())
      for (const text of seen.slice(0, -1)) expect(text).toMatch(/\n$/)
      expect(pieces.map(({isFirst}) => isFirst)).toEqual(seen.map((_, index) => index === 0))
      expect(source.all().equals(bytes)).toBe(true)
    }),
    {numRuns: 500},
  )
})

test('texts of which one is needed give every record that has it, and every line that escapes it in another way', () => {
  const text = fc.oneof(value, fc.constantFrom('269e4d', 'b1', 'eb0', ''))
  fc.assert(
    fc.property(anyFile, fc.array(text, {minLength: 1, maxLength: 3}), pieceSize, (bytes, texts, size) => {
      const found = lookupTexts(linesOf(bytes, size), texts)
      const all = parseEnumFdb(bytes).records
      const needed = all.filter((one) => texts.some((each) => findByWords([one], [each]).length > 0))
      for (const one of needed) expect(found).toContainEqual(one)
      expect(found.length).toBeLessThanOrEqual(all.length)
    }),
    {numRuns: 500},
  )
})

test('a line that another tool escaped is found by what it says', () => {
  const line = formatEnumFdb([record()]).toString().replaceAll('web01', '%77eb%30%31')
  expect(lookupAddress(Buffer.from(line), {label: 'web01'}).machines).toEqual([[record()]])
  expect(lookupWords(Buffer.from(line), ['WEB01']).records).toEqual([record()])
})

test('broken lines have their numbers in every piece', () => {
  const good = formatEnumFdb([record()]).toString()
  const bytes = Buffer.from(`\n\n;web01\n${good}${good}\n# web01\n;web01;\n;web01`)
  for (const size of [1, 100, 400, 10_000]) {
    const {rejects} = lookupWords(linesOf(bytes, size), ['web01'])
    expect(rejects.map(({line}) => line)).toEqual([3, 8, 9])
  }
})
