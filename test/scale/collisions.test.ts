/** Collisions of many machines are found in a time that is counted in runs of a yardstick. */
import {expect, test} from 'vitest'
import type {InventoryRecord} from '../../src/domain/inventory/inventory-record.js'
import {findCollisions} from '../../src/resolve/collisions.js'
import {processorMs, timesYardstick} from '../fakes/yardstick.js'
import {record} from '../fixtures/inventory/make-records.js'

const uuid = '6513270e-269e-4d37-b2a7-4de452e6b438'

test('100,000 machines are compared within five seconds', () => {
  const records = Array.from({length: 100_000}, (_, index) =>
    record({
      host: `h${index % 100}`,
      label: `vm${index}`,
      uuid: `f${index.toString(16).padStart(31, '0')}`,
      tcp: `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
      vncDisplay: String(Math.floor(index / 100)),
    }),
  )
  const begin = processorMs()
  expect(findCollisions(records)).toEqual([])
  expect(processorMs() - begin).toBeLessThan(timesYardstick(227, processorMs))
})

test.each<[string, (index: number) => Partial<InventoryRecord>]>([
  ['copies with one UUID', (index) => ({uuid, disks: `local/b${index}/8:1:7`})],
  [
    'machines with one disk',
    (index) => ({uuid: `e${index.toString(16).padStart(31, '0')}`, disks: 'nfs/10.0.0.9/1:7'}),
  ],
  ['machines that share disks in a chain', (index) => ({disks: `nfs/10.0.0.9/1:${index} nfs/10.0.0.9/1:${index + 1}`})],
])('20,000 %s are compared as fast as strangers', (_, facts) => {
  const records = Array.from({length: 20_000}, (__, index) => record({host: `h${index}`, label: 'a', ...facts(index)}))
  const begin = processorMs()
  expect(findCollisions(records).length).toBeGreaterThan(0)
  expect(processorMs() - begin).toBeLessThan(timesYardstick(60, processorMs))
})
