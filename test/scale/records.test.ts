/** Many records are read, found and filled in a time that is counted in runs of a yardstick. */
import {expect, test} from 'vitest'
import {formatEnumFdb, parseEnumFdb} from '../../inventory/fdb/ascii.js'
import {lookupAddress} from '../../inventory/fdb/lookup.js'
import {fillFromMacmap} from '../../inventory/network/fill.js'
import {emptyRecord} from '../../src/domain/inventory/inventory-record.js'
import {timesYardstick} from '../fakes/yardstick.js'
import {record} from '../fixtures/inventory/make-records.js'
import {entryOf} from '../fixtures/network/make-entries.js'

test('100,000 records are filled fast', () => {
  const macOf = (index: number) =>
    `02:00:00:${index
      .toString(16)
      .padStart(6, '0')
      .replace(/(..)(..)(..)/, '$1:$2:$3')}`.toUpperCase()
  const records = Array.from({length: 100_000}, (_, index) => record({label: `vm${index}`}))
  const entries = records.map(({label}, index) => entryOf(label, '', macOf(index)))
  const begin = performance.now()
  expect(fillFromMacmap(records, entries).filled).toBe(100_000)
  expect(performance.now() - begin).toBeLessThan(timesYardstick(136))
})

test('100,000 records are read in one go within three seconds', () => {
  const bytes = formatEnumFdb(Array.from({length: 100_000}, (_, index) => ({...emptyRecord(), label: `vm${index}`})))
  const begin = performance.now()
  expect(parseEnumFdb(bytes).records).toHaveLength(100_000)
  expect(performance.now() - begin).toBeLessThan(timesYardstick(136))
})

test.each([
  [10_000, 1.1],
  [100_000, 5],
])('one label among %i machines is found within %f rounds of the yardstick', (count, rounds) => {
  const bytes = formatEnumFdb(
    Array.from({length: count}, (_, index) => record({label: `vm${index}`, exePath: '/usr/bin/qemu-system-x86_64'})),
  )
  const times = Array.from({length: 5}, () => {
    const begin = performance.now()
    expect(lookupAddress(bytes, {label: `vm${count - 2}`}).machines).toHaveLength(1)
    return performance.now() - begin
  })
  expect(Math.min(...times)).toBeLessThan(timesYardstick(rounds))
})
