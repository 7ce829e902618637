import {expect, test} from 'vitest'
import {layoutNames, strokesOfText} from '../../../../src/parse/keys/layouts.js'
import {parseStrokes} from '../../../../src/parse/keys/parse-strokes.js'

test('keys have the names of QEMU and the usual ones, in any case', () => {
  const faults: string[] = []
  expect(parseStrokes(['ctrl-alt-Del', 'F12', 'enter', 'Strg+C'], faults)).toEqual([
    ['ctrl', 'alt', 'delete'],
    ['f12'],
    ['ret'],
    ['ctrl', 'c'],
  ])
  expect(faults).toEqual([])
})

test('all faults at once, with what was meant', () => {
  const faults: string[] = []
  parseStrokes(['ctl-c', '-', 'a'], faults)
  expect(faults).toEqual([
    "no key 'ctl' (ctrl?)",
    expect.stringContaining("'-': a key is missing"),
    expect.stringContaining("'-'"),
  ])
})

test.each([
  ['us', 'Ab|1!', [['shift', 'a'], ['b'], ['shift', 'backslash'], ['1'], ['shift', '1']]],
  ['de', 'zY/@', [['y'], ['shift', 'z'], ['shift', '7'], ['alt_r', 'q']]],
  ['de', '^', [['grave_accent'], ['spc']]],
  ['fr', 'aA1.', [['q'], ['shift', 'q'], ['shift', '1'], ['shift', 'comma']]],
  ['us', 'a\tb c\r\n', [['a'], ['tab'], ['b'], ['spc'], ['c'], ['ret']]],
] as const)('on a keyboard %s, %j', (layout, text, strokes) => {
  const faults: string[] = []
  expect(strokesOfText(text, layout, faults)).toEqual(strokes)
  expect(faults).toEqual([])
})

test.each(layoutNames)('the layout %s has every sign that a shell needs', (layout) => {
  const faults: string[] = []
  const ascii = Array.from({length: 95}, (_, i) => String.fromCharCode(32 + i)).join('')
  strokesOfText(ascii.replace('^', layout === 'fr' ? '' : '^'), layout, faults)
  expect(faults).toEqual([])
})

test('what a layout does not have is a fault, once', () => {
  const faults: string[] = []
  strokesOfText('ß€ß', 'us', faults)
  expect(faults).toEqual(['the layout us has no key for "ß"', 'the layout us has no key for "€"'])
})
