/** The classic forms beyond the samples: cutting, wrapping, order, names for addresses, and hostile values. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {emptyRecord, type InventoryRecord, recordFields} from '../../../src/domain/inventory/inventory-record.js'
import {escapeControls} from '../../../src/lib/escape-controls.js'
import {textWidth} from '../../../src/lib/text-width.js'
import {parseOutputList} from '../../../src/query/output/parse.js'
import {listColumns} from '../../../src/query/output/parse-fields.js'
import {listHeadings} from '../../../src/report/find/record-headings.js'
import {renderRecords, renderRows} from '../../../src/report/find/record-output.js'
import {record} from '../../fixtures/inventory/make-records.js'

function render(list: string, ...records: readonly Partial<InventoryRecord>[]): string {
  const faults: string[] = []
  const output = parseOutputList(list, faults)
  if (output === undefined) throw new Error(faults.join('\n'))
  return renderRecords(
    output,
    records.map((facts) => record(facts)),
  )
}

describe('tables', () => {
  test.each([
    ['tab:3_l_5', 'web01', 'web01'],
    ['tab:3_l_4', 'web01', 'web0'],
    ['tab:3_l_4_L', 'web01', 'eb01'],
    ['tab:3_l_6', 'web01', 'web01 '],
    ['tab:3_l_3', '', '-  '],
    ['tab:3_l_2_B', 'web01', 'we\nb0\n1 '],
    ['tab:3_l_5_B', 'web01', 'web01'],
    ['tab:3_l_3', '日本', '日 '],
    ['tab:3_l_3_L', '日本', '本 '],
    ['tab:3_l_1_B', '日', '日'],
    ['tab:3_l_9', 'a\x1b[2J', 'a\\x1b[2J '],
  ])('%s shows %s', (list, label, expected) => {
    expect(render(list, {label}).split('\n').slice(2).join('\n')).toBe(`${expected}\n`)
  })

  test('bare positions are their own headings, ten wide; a long heading is cut', () => {
    expect(render('tab:1%%3', {})).toBe('1         |3         \n----------+----------\nh1        |web01     \n')
    expect(render('tab:1_machine_3%%3_l_2', {host: 'a'})).toBe('mac|l \n---+--\na  |we\n')
  })

  test('a broken value leaves the cells beside it blank', () => {
    expect(render('tab:1_PM_3%%3_label_3_B', {label: 'web01'})).toBe('PM |lab\n---+---\nh1 |web\n   |01 \n')
  })

  test('without records the heading stands alone, as in the original', () => {
    expect(render('tab:1_PM_3')).toBe('PM \n---\n')
    expect(render('machine')).toBe('')
    expect(render('xml')).toBe('<records>\n</records>\n')
  })
})

describe('columns', () => {
  test.each([
    ['pm,label,titleidxasc', 'ContainingMachine(A-1);Label(C-3)\nh1;web01\n'],
    ['ctysaddress,title', 'CTYSADDRESS\nh1[/vm/web01/web01.ctys,web01,,,10.0.0.1]\n'],
    ['ip,dns', '10.0.0.1;web01.soho\n'],
    [
      'spec:3%%7,dns',
      'record(1):={\n   001:   3:                     Label: web01\n   002:   7:                       TCP: web01.soho\n}\n',
    ],
    ['rec:3', 'record(1):={\n    {Label,3,web01}\n}\n'],
    ['source,vcpu', ';\n'],
  ])('%s', (list, expected) => {
    expect(render(list, {tcp: '10.0.0.1', netName: 'web01.soho'})).toBe(expected)
  })

  test('the name of a guest without one is its address', () => {
    expect(render('d', {tcp: '10.0.0.1'})).toBe('10.0.0.1\n')
  })

  test('position 28 of LIST is no name', () => {
    const row = ['h1', 'QEMU', 'web01', '5', '', '', '10.0.0.1']
    const output = parseOutputList('dns,arch', [], listColumns)
    expect(output && renderRows(output, [row], listHeadings)).toBe('10.0.0.1;\n')
  })
})

test.each([
  ['label,sort', 'a\nb\nb\n'],
  ['label,sort,reverse', 'b\nb\na\n'],
  ['label,sort,unique', 'a\nb\n'],
  ['label,host,sort:2', 'b;h1\na;h2\nb;h3\n'],
  ['label,host,sort:host%r', 'b;h3\na;h2\nb;h1\n'],
  ['label,host,sort:1%u', 'a;h2\nb;h3\n'],
  ['label,host,sort:each%1', 'b;h3\na;h2\nb;h1\n'],
  ['label,host,sort:1%u%each', 'b;h3\na;h2\nb;h1\n'],
])('%s', (list, expected) => {
  expect(render(list, {label: 'b', host: 'h3'}, {label: 'a', host: 'h2'}, {label: 'b', host: 'h1'})).toBe(expected)
})

const hostile = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        '\x1b[2J',
        '\r',
        '\n',
        '\0',
        '\x7f',
        '\x9b',
        '\u202e',
        '\ud800',
        ';',
        '|',
        '<',
        '&amp;',
        ']]>',
        '"',
        '日',
      ),
      {maxLength: 12},
    )
    .map((parts) => parts.join('')),
  fc.string({unit: 'binary', maxLength: 20}),
)
const hostileRecord = fc
  .array(hostile, {minLength: recordFields.length, maxLength: recordFields.length})
  .map((values) => ({
    ...emptyRecord(),
    ...Object.fromEntries(recordFields.map((field, i) => [field, values[i] ?? ''])),
  }))

test('hostile values break no form: no control characters, no additional lines or fields, tables keep their width', () => {
  const lists = ['machine', 'tab:1%%3_l_7_L', 'rec', 'spec', 'xml', 'ctys', 'sort,unique']
  fc.assert(
    fc.property(fc.array(hostileRecord, {maxLength: 3}), fc.constantFrom(...lists), (records, list) => {
      const text = render(list, ...records)
      const lines = text.split('\n').slice(0, -1)
      expect(lines.map(escapeControls)).toEqual(lines)
      const count = records.length
      if (list === 'machine') expect(lines.map((line) => line.split(';').length)).toEqual(records.map(() => 47))
      if (list === 'tab:1%%3_l_7_L') expect(lines.map(textWidth)).toEqual(Array(count + 2).fill(18))
      if (list === 'rec' || list === 'spec') expect(lines).toHaveLength(count * 49)
      if (list === 'xml') {
        expect(lines).toHaveLength(count * 50 + 2)
        const texts = lines.flatMap((line) => /^ {3}<([A-Za-z]+) index="[0-9]+">([^<>]*)<\/\1>$/.exec(line)?.[2] ?? [])
        expect(texts.map(xmlValue)).toEqual(
          records.flatMap((one) =>
            recordFields
              .slice(0, 47)
              .map((field) =>
                escapeControls(one[field]).replace(
                  /[\ufffe\uffff]/g,
                  (char) => `\\u${char === '\ufffe' ? 'fffe' : 'ffff'}`,
                ),
              ),
          ),
        )
      }
    }),
    {numRuns: 1000},
  )
})

/** Every `&` has to begin one of the three escapes. */
function xmlValue(text: string): string {
  return text.replace(/&(\w*;)?/g, (sign) => {
    const char = {'&amp;': '&', '&lt;': '<', '&gt;': '>'}[sign]
    if (char === undefined) throw new Error(`'${sign}' is no escape`)
    return char
  })
}
