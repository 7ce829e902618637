import {expect, test} from 'vitest'
import {type RestartInput, runRestart} from '../../../../src/app/run/run-command.js'
import type {CreateAsk} from '../../../../src/domain/work/asks.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {machine, record} from '../../../golden/report/samples.js'

const input = {
  ...{type: 'QEMU', machine: 'web01', targets: [], dryRun: false},
  ...{force: true, graceMs: 0, timeoutMs: 1000},
} as const

/** What the starts of a restart were asked. */
async function startsOf(more: Partial<RestartInput>, vncDisplay: string) {
  const {context} = createHostsWorld([record()], {h1: [machine({vncDisplay})]})
  const done = await runRestart({...input, ...more}, context)
  if (done.kind !== 'run') throw new Error(done.kind)
  expect(done.outcomes.map(({status}) => status)).toEqual(['ok', 'ok'])
  return done.plan.tasks.flatMap(({verb, ask}) => (verb === 'create' ? [ask as CreateAsk] : []))
}

test('a machine that is started anew has the screen it had', async () => {
  expect(await startsOf({}, '3')).toMatchObject([{console: 'VNC', vncDisplay: 3}])
})

test.each([
  ['it had none', {}, ''],
  ['another is asked for', {console: 'NONE'} as const, '3'],
])('none is made where %s', async (_, more, display) => {
  const [start] = await startsOf(more, display)
  expect([start?.console, start?.vncDisplay]).toEqual(['NONE', undefined])
})
