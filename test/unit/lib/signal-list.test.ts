import {expect, test} from 'vitest'
import {ignorableSignals, parseSignalList} from '../../../src/lib/signal-list.js'

test.each([
  ['on', 'usual'],
  ['OFF', []],
  ['off,1,2', []],
  ['1,3,19', [1, 3, 19]],
  ['on,2', [2]],
  ['', undefined],
  ['1,', undefined],
  [',1', undefined],
  ['on2', undefined],
  ['SIGHUP', undefined],
])('%j', (text, list) => {
  expect(parseSignalList(text)).toEqual(list)
})

test('what cannot be ignored, or is none, is left out; each counts once', () => {
  expect(ignorableSignals([1, 6, 9, 19, 200])).toEqual(['SIGHUP', 'SIGABRT'])
})
