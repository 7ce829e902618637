import {expect, test} from 'vitest'
import {probeReach} from '../../../../src/app/targets/probe-reach.js'
import {createLimiter} from '../../../../src/execute/limiter/limiter.js'
import {ownHost} from '../../../../src/lib/host-name.js'
import {record} from '../../../fixtures/inventory/make-records.js'

function world() {
  const pinged: string[] = []
  const context = {
    transport: {name: 'ssh', open: () => Promise.reject(new Error('not asked for')), close: async () => {}},
    ping: async (host: string) => {
      pinged.push(host)
      return true
    },
    limiter: createLimiter({most: 4}),
    signal: new AbortController().signal,
    emit: () => {},
  } as const
  return {pinged, options: {user: undefined, context}}
}

test('a host is asked once under all its names, and this machine not at all', async () => {
  const {pinged, options} = world()
  const records = ['h1', 'H1', 'h1:22', ownHost, 'LOCALHOST'].map((host) => record({host}))
  const reached = await probeReach({by: 'PING', of: 'PM', answer: 'keep'}, records, options)
  expect(pinged).toEqual(['h1'])
  expect(reached.reach.map(({address, verdict}) => [address, verdict])).toEqual([
    ['h1', 'answers'],
    [ownHost, 'answers'],
  ])
  expect(records.map(reached.verdictOf)).toEqual(Array(5).fill('answers'))
})

test.each(['', 'localhost', 'Localhost.localdomain', '127.0.0.1', '::1', '0.0.0.0', '169.254.1.1', '224.0.0.1'])(
  'a guest with the address %j is not asked: who answers would be somebody else',
  async (tcp) => {
    const {pinged, options} = world()
    const guests = [record({tcp}), record({tcp: '10.0.0.1'})]
    const reached = await probeReach({by: 'PING', of: 'VM', answer: 'keep'}, guests, options)
    expect(pinged).toEqual(['10.0.0.1'])
    expect([reached.without, ...guests.map(reached.verdictOf)]).toEqual([1, 'unknown', 'answers'])
  },
)
