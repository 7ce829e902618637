import fc from 'fast-check'
import {expect, test} from 'vitest'
import {escapeControls} from '../../../src/lib/escape-controls.js'

test.each([
  ['a newline', 'a\nb', 'a\\nb'],
  ['carriage return and tab', '\r\t', '\\r\\t'],
  ['NUL and escape', '\0\x1b[31m', '\\x00\\x1b[31m'],
  ['DEL', '\x7f', '\\x7f'],
  ['C1 controls, also the next-line one', '\x9b\x85', '\\x9b\\x85'],
  ['the right-to-left override', 'a\u202eb', 'a\\u202eb'],
  ['every other bidirectional control', '\u061c\u200e\u200f\u2066\u2069', '\\u061c\\u200e\\u200f\\u2066\\u2069'],
  ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
  ['a lone high surrogate', 'x\ud83d!', 'x\\ud83d!'],
  ['a lone low surrogate', '\ude00', '\\ude00'],
])('%s becomes visible', (_, text, escaped) => {
  expect(escapeControls(text)).toBe(escaped)
})

test.each(['web01', 'größe', '日本', '😀', '👨‍👩‍👧', 'e\u0301', 'C:\\vm', '\u00a0', ''])(
  '%j stays as it is',
  (text) => {
    expect(escapeControls(text)).toBe(text)
  },
)

test('whatever comes in, no control goes out, and nothing is left to be escaped again', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), (text) => {
      const escaped = escapeControls(text)
      expect(escaped).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/)
      expect(escaped).not.toMatch(/\p{Cs}/u)
      expect(escapeControls(escaped)).toBe(escaped)
    }),
  )
})
