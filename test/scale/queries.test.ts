/** Questions to many records: how long they take, counted in runs of a yardstick, and the limit of time. */
import {expect, test} from 'vitest'
import {UsageError} from '../../src/domain/errors.js'
import {parseClassicQuery} from '../../src/query/language/classic.js'
import {evaluateQuery, type Query} from '../../src/query/query.js'
import {timesYardstick} from '../fakes/yardstick.js'
import {record} from '../fixtures/inventory/make-records.js'

const now = new Date('2026-03-14T12:00:00Z')
const web = record({uuid: '6513270e-269e-4d37-b2a7-4de452e6b438', mac: '00:50:56:13:00:01', vram: '512'})
const many = Array.from({length: 100_000}, (_, i) => ({
  ...web,
  label: `vm${i}`,
  id: `/vm/vm${i}/vm${i}.ctys`,
  dist: 'debian',
  distRel: '12.5',
  hyperRel: 'qemu-7.2.0',
  exePath: '/usr/bin/qemu-system-x86_64',
  netmask: '255.255.255.0',
  relay: 'ctysbr0',
}))

test.each([['vm99999'], ['^h[0-9]+;.*vm(99999|99998x);']])('a hundred thousand records answer %s fast', (word) => {
  const query = classic(word)
  const times = Array.from({length: 5}, () => {
    const begin = performance.now()
    expect(evaluateQuery(query, many, {now})).toHaveLength(1)
    return performance.now() - begin
  })
  expect(Math.min(...times)).toBeLessThan(timesYardstick(13))
})

test('a pattern made to take forever is given up, and the message says so', () => {
  const query = classic('m.{250}(x|y)[^;]{250}z')
  const long = many.slice(0, 20_000).map((one, i) => ({...one, userString: `xy${i * i}vm1mv`.repeat(120)}))
  const begin = performance.now()
  expect(() => evaluateQuery(query, long, {now, limitMs: 100})).toThrow(UsageError)
  expect(() => evaluateQuery(query, long, {now, limitMs: 100})).toThrow('the query was given up after 0.1 s')
  expect(performance.now() - begin).toBeLessThan(8000)
})

function classic(word: string): Query {
  const faults: string[] = []
  const parsed = parseClassicQuery([word], faults)
  if (parsed === undefined) throw new Error(faults.join())
  return parsed.query
}
