import fc from 'fast-check'
import {expect, test} from 'vitest'
import {parseOutputList} from '../../../src/query/output/parse.js'

test('five thousand random lists are read or refused', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'tab:',
      'rec',
      'sort',
      'sort:1',
      'title',
      'terse',
      'dns',
      'l',
      'ctys',
      'machine',
      '__proto__',
      'tab:3_',
    ),
    fc.string({unit: fc.constantFrom(...'tabrec:_%,0139LB='), maxLength: 12}),
    fc.string({unit: 'binary', maxLength: 12}),
  )
  fc.assert(
    fc.property(fc.array(word, {maxLength: 6}), (words) => {
      const faults: string[] = []
      expect(parseOutputList(words.join(), faults) === undefined).toBe(faults.length > 0)
    }),
    {numRuns: 5000},
  )
})
