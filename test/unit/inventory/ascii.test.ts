import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../../inventory/fdb/ascii.js'
import {type InventoryRecord, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {record} from '../../fixtures/inventory/make-records.js'

const anyRecord: fc.Arbitrary<InventoryRecord> = fc
  .array(
    fc.oneof(
      fc.string({unit: 'binary'}),
      fc.string(),
      fc.string({
        unit: fc.constantFrom(';', '\n', '\r', '%', '#', '\0', '\x7f', '\u0085', '\u2028', '\ufeff', '%3B', 'é'),
      }),
    ),
    {minLength: recordFields.length, maxLength: recordFields.length},
  )
  .map((values) => Object.fromEntries(recordFields.map((field, index) => [field, values[index]])) as InventoryRecord)

function lineOf(fields: number, facts: Record<number, string> = {}): string {
  return Array.from({length: fields}, (_, index) => facts[index + 1] ?? `v${index + 1}`).join(';')
}

describe('a line of ours', () => {
  test('gives back any values, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, {maxLength: 4}), (records) => {
        const parsed = parseEnumFdb(formatEnumFdb(records))
        expect(parsed.rejects).toEqual([])
        expect(parsed.records).toEqual(records)
      }),
      {numRuns: 300},
    )
  })

  test('holds no control, so that one record is one line of 51 fields', () => {
    fc.assert(
      fc.property(anyRecord, (any) => {
        const text = formatEnumFdb([any]).toString()
        expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff#]/)
        expect(text.split(';')).toHaveLength(51)
        expect(text.indexOf('\n')).toBe(text.length - 1)
      }),
    )
  })

  test.each([
    ['%3B', ';'],
    ['%0A', '\n'],
    ['%25', '%'],
    ['%41', 'A'],
    ['gr%C3%B6%C3%9Fe', 'größe'],
  ])('reads %s as the character it stands for', (written, value) => {
    expect(parseEnumFdb(lineOf(49, {43: written})).records[0]?.userString).toBe(value)
  })

  test.each(['%', '%4', '%zz', '%C3', '50% off'])('is broken with the encoding %s', (written) => {
    const {records, rejects} = parseEnumFdb(`${lineOf(49)}\n${lineOf(49, {43: written})}\n`)
    expect(records).toHaveLength(1)
    expect(rejects).toMatchObject([{line: 2, reason: 'field 43 (userString) has a broken percent encoding'}])
  })
})

describe('a classic line', () => {
  test.each([43, 45, 47])('of %i fields is read literally, missing fields are empty', (fields) => {
    const {records, rejects} = parseEnumFdb(`${lineOf(fields, {3: 'a%41', 5: '6513270E-269e'})}\n`)
    expect(rejects).toEqual([])
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({host: 'v1', label: 'a%41', uuid: '6513270E-269e', userString: 'v43'})
    expect(records[0]?.gid).toBe(fields >= 45 ? 'v45' : '')
    expect(records[0]?.defaultConsole).toBe(fields >= 47 ? 'v47' : '')
    expect(records[0]?.source).toBe('')
  })

  test('may end with CR LF, as spreadsheets write it, or with nothing', () => {
    const {records} = parseEnumFdb(`${lineOf(47)}\r\n${lineOf(47)}`)
    expect(records.map(({defaultConsole}) => defaultConsole)).toEqual(['v47', 'v47'])
  })

  test('may follow a byte order mark', () => {
    expect(parseEnumFdb(`\ufeff${lineOf(47)}\n`).records[0]?.host).toBe('v1')
  })
})

describe('a broken line', () => {
  test.each([
    [1, 'has 1 field instead of 43, 45, 47, 49, 50 or 51'],
    [14, 'has 14 fields instead of 43, 45, 47, 49, 50 or 51'],
    [15, 'has 15 fields, the layout of release 01.07'],
    [44, 'has 44 fields instead of 43, 45, 47, 49, 50 or 51'],
    [48, 'has 48 fields instead of 43, 45, 47, 49, 50 or 51'],
    [52, 'has 52 fields instead of 43, 45, 47, 49, 50 or 51'],
  ])('of %i fields is reported with number and reason and does not stop the rest', (fields, reason) => {
    const {records, rejects} = parseEnumFdb(`# first\n${lineOf(47)}\n${lineOf(fields)}\n${lineOf(49)}\n`)
    expect(records).toHaveLength(2)
    expect(rejects).toEqual([{line: 3, text: lineOf(fields), reason}])
  })

  test('is one that is not UTF-8, classic or ours', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${lineOf(47, {3: 'gr\xfc\xdf'})}\n`, 'latin1'),
      Buffer.from(`${lineOf(49, {3: 'grün'})}\n`),
    ])
    const {records, rejects} = parseEnumFdb(bytes)
    expect(records.map(({label}) => label)).toEqual(['grün'])
    expect(rejects).toMatchObject([{line: 1, reason: 'is not valid UTF-8'}])
  })

  test('of 15 fields alone means the layout of release 01.07, which is refused with a remedy', () => {
    expect(() => parseEnumFdb(`# old\n${lineOf(15)}\n`, '/db/enum.fdb')).toThrow(
      expect.objectContaining({
        code: 'INVENTORY_FORMAT',
        message: '/db/enum.fdb has the layout of release 01.07 (line 2: 15 fields)',
        hint: expect.stringContaining('ctys scan'),
      }),
    )
  })
})

describe('a rewrite', () => {
  const junk = Buffer.concat([
    Buffer.from('\ufeff# head\r\n\nContainingMachine;SessionType;Label\n'),
    Buffer.from(`${lineOf(47, {1: 'h1', 4: '/vm/a'})}\r\n`),
    Buffer.from('half a rec\xff\xfe\0ord;;\n', 'latin1'),
    Buffer.from(
      `${lineOf(43, {1: 'h1', 4: '/vm/b'})}\n# about c\n${lineOf(49, {1: 'h2', 4: '/vm/%63'})}\n   \n${lineOf(15)}`,
    ),
  ])

  test('without a change gives back every byte and ends the last line', () => {
    const {records, layout} = parseEnumFdb(junk)
    expect(records.map(({id}) => id)).toEqual(['/vm/a', '/vm/b', '/vm/c'])
    expect(formatEnumFdb(records, layout)).toEqual(Buffer.concat([junk, Buffer.from('\n')]))
  })

  test('keeps every other line at its place when records are replaced, go and come', () => {
    const text = [
      '# one',
      lineOf(47, {1: 'h1', 2: 'QEMU', 4: '/vm/a'}),
      '# two',
      'broken',
      lineOf(47, {1: 'h1', 2: 'QEMU', 4: '/vm/b'}),
      '# end',
    ]
    const {records, layout} = parseEnumFdb(`${text.join('\n')}\n`)
    const [a, b] = records
    const first = record({id: '/vm/a', label: 'new'})
    const added = record({id: '/vm/x', label: 'x'})
    const ours = (it: InventoryRecord): string => formatEnumFdb([it]).toString().trimEnd()
    const rewrite = (...next: readonly (InventoryRecord | undefined)[]): string[] =>
      formatEnumFdb(
        next.filter((it) => it !== undefined),
        layout,
      )
        .toString()
        .split('\n')
        .slice(0, -1)

    expect(rewrite(first, b)).toEqual(['# one', ours(first), ...text.slice(2)])
    expect(rewrite(b)).toEqual(['# one', '# two', 'broken', text[4], '# end'])
    expect(rewrite(a)).toEqual([...text.slice(0, 2), '# two', 'broken', '# end'])
    expect(rewrite(a, b, added)).toEqual([...text.slice(0, 5), ours(added), '# end'])
    expect(rewrite()).toEqual(['# one', '# two', 'broken', '# end'])
  })
})
