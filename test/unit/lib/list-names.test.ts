import {expect, test} from 'vitest'
import {listNames} from '../../../src/lib/list-names.js'
import {collisionWarnings} from '../../../src/report/inventory/collision-warnings.js'
import {record} from '../../golden/report/samples.js'

const names = Array.from({length: 3000}, (_, n) => `vm${n}`)

test.each([
  [['a'], 'a'],
  [['a', 'b', 'c'], 'a, b, c'],
  [['a', 'b', 'c', 'd'], 'a, b ... and 2 more'],
])('%j, two of them named', (given, text) => {
  expect(listNames(given, 2)).toBe(text)
})

test('a warning about 3,000 machines is a line that can be read', () => {
  const others = names.map((label) => record({label}))
  const collision = {kind: 'mac' as const, value: '02:00:00:00:00:01', records: others}
  const [line = ''] = collisionWarnings([{target: {host: 'h1'}, record: record({}), collision, others}])
  expect(line.length).toBeLessThan(1000)
  expect(line).toMatch(/vm9 on \S+ \(.*\) \.\.\. and 2,990 more$/)
})
