/** YAML of results, read back by js-yaml: the same as the JSON, and nothing in it that a terminal would obey. */
import fc from 'fast-check'
import {CORE_SCHEMA, load} from 'js-yaml'
import {expect, test} from 'vitest'
import {jsonText} from '../../../src/report/shared/json-text.js'
import {yamlText} from '../../../src/report/shared/yaml-text.js'
import {cases} from '../../golden/report/cases.js'

test.each(Object.entries(cases))('%s as YAML is its JSON', (_, build) => {
  const {json} = build()
  expect(load(yamlText(json))).toEqual(json)
})

test('YAML reads as people write it', () => {
  const value = {
    host: 'h1',
    machines: [{label: 'web 01', macs: ['00:50:56:13:11:33'], pid: 12, off: undefined}, {}],
    rows: [['a', []], []],
    none: [],
  }
  expect(yamlText(value)).toBe(
    [
      'host: h1',
      'machines:',
      '  - label: web 01',
      '    macs:',
      '      - "00:50:56:13:11:33"',
      '    pid: 12',
      '  - {}',
      'rows:',
      '  - - a',
      '    - []',
      '  - []',
      'none: []',
      '',
    ].join('\n'),
  )
})

test.each([
  'yes',
  'No',
  'null',
  '~',
  '1e3',
  '0x10',
  '012',
  '1_000',
  '1:30',
  '2026-01-01',
  '.inf',
  '.nan',
  '',
  ' a',
  'a ',
  'a: b',
  'a #b',
  '- a',
  '? a',
  '&a',
  '*a',
  '!a',
  '|',
  '>',
  '%a',
  '@a',
  '`a',
  '{',
  '[',
  '"',
  "'",
  '\t',
  'a\nb',
  '---',
  '...',
  '<<',
  '=',
  'a  b',
  '\u202eabc',
  '\u2028',
  '\x9b1m',
  '\ufeff',
])('%j stays that string, as a value and as a key, for readers of YAML 1.1 too', (text) => {
  const yaml = yamlText({[text]: text, list: [text]})
  expect(load(yaml)).toEqual({[text]: text, list: [text]})
  expect(load(yaml, {schema: CORE_SCHEMA})).toEqual({[text]: text, list: [text]})
  expect(yaml.replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/)
})

test('any value is read back as its JSON', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(load(yamlText(value))).toEqual(JSON.parse(jsonText(value)))
    }),
    {numRuns: 300},
  )
})
