import {expect, test} from 'vitest'
import {nearest, suggest, suggestOrList} from '../../../src/lib/suggest.js'

const known = ['find', 'list', 'start', 'vhost']

test.each([
  ['find', 'find'],
  ['fnid', 'find'],
  ['FIND', 'find'],
  ['strat', 'start'],
  ['lst', 'list'],
  ['listt', 'list'],
  ['fdni', undefined],
  ['web01', undefined],
  ['host1', undefined],
  ['', undefined],
  ['x', undefined],
  ['start'.repeat(10), undefined],
])('%j is nearest to %j', (word, near) => {
  expect(nearest(word, known)).toBe(near)
})

test('a suggestion stands in brackets, and is empty where nothing is near', () => {
  expect([suggest('Strat', ['START']), suggest('x', [])]).toEqual([' (start?)', ''])
})

test.each([
  ['re', ' (reset, resume?)'],
  ['r', ''],
  ['rest', ' (reset?)'],
])('%j is the beginning of%s', (word, text) => {
  expect(suggest(word, ['RESET', 'RESUME', 'L'])).toBe(text)
})

test('where nothing is near all known words can be listed', () => {
  expect(suggestOrList('strat', ['START', 'LIST'])).toBe(' (start?)')
  expect(suggestOrList('foo', ['START', 'LIST'])).toBe(' (start, list)')
})
