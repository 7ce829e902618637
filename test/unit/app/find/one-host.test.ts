import {expect, test} from 'vitest'
import {liveStates} from '../../../../src/app/find/live-states.js'
import {claimsOn} from '../../../../src/app/find/survey-hosts.js'
import {recordedHost} from '../../../../src/lib/host-name.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {shared} from '../../../fakes/start-stop.js'
import {machine, record} from '../../../golden/report/samples.js'

test.each([
  ['one host under two names', 'boot pid', [1]],
  ['two hosts', 'other pid', []],
])('a machine that is recorded on %s stands there once for each host', async (_, hostId, again) => {
  const hosts = {h1: {running: [machine()], hostId: 'boot pid'}, h2: {running: [], hostId}}
  const {context} = createHostsWorld(shared, hosts)
  const found = await liveStates(shared, {user: undefined, context})
  expect([...found.again]).toEqual(again)
  expect(found.states).toHaveLength(2)
})

test.each([
  [{uuid: '', id: '', macs: [], label: '', proof: 'user'}, 'has neither name, UUID nor configuration'],
  [{uuid: '', id: '', macs: [], proof: 'none'}, 'has its name or an address of it'],
  [{id: '', proof: 'none'}, 'has its UUID'],
  [{uuid: '', id: '', macs: [], label: 'other', proof: 'user'}, undefined],
  [{proof: 'disk'}, undefined],
] as const)('of a process that does not count a start says what it saw: %j', (facts, line) => {
  const h2 = recordedHost('h2')
  const surveys = new Map([[h2, {answered: true, running: [machine(facts)]}]] as const)
  const told = claimsOn(h2, [[record({host: 'h2'})]], surveys)
  expect(told).toEqual(line === undefined ? [] : [expect.stringContaining(line)])
})
