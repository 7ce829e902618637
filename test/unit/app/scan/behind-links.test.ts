import {expect, test} from 'vitest'
import {behindLinks} from '../../../../src/app/scan/behind-links.js'
import {recordedHost} from '../../../../src/lib/host-name.js'
import {record} from '../../../fixtures/inventory/make-records.js'

const h1 = recordedHost('h1')
const seen = {searched: ['/vm', '/vm/link/deep'], links: ['/vm/link', '/vm/one.ctys']}

test.each([
  ['/vm/link/a.ctys', true],
  ['/vm/link', true],
  ['/vm/one.ctys', true],
  ['/vm/linked/a.ctys', false],
  ['/vm/a.ctys', false],
  // a root that was searched comes before the link above it
  ['/vm/link/deep/a.ctys', false],
  ['', false],
])('%j is behind a link: %s', (id, isBehind) => {
  expect(behindLinks(seen, [record({id})], h1)).toEqual(isBehind ? [id] : [])
})

test('only what is known of that host counts, however its name is written, and each path once', () => {
  const known = ['h1', 'H1', 'h1:22', 'h2'].map((host) => record({host, id: `/vm/link/${host}.ctys`}))
  expect(behindLinks(seen, [...known, ...known], h1)).toEqual([
    '/vm/link/h1.ctys',
    '/vm/link/H1.ctys',
    '/vm/link/h1:22.ctys',
  ])
  expect(behindLinks({searched: ['/vm']}, known, h1)).toEqual([])
})
