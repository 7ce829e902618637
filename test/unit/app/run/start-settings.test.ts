/** What the user has set, and what he says of one start, as it comes to the driver. */
import {expect, test} from 'vitest'
import {runClassic} from '../../../../src/app/run/run-classic.js'
import {runStart} from '../../../../src/app/run/run-command.js'
import {ConfigError} from '../../../../src/domain/errors.js'
import type {Settings} from '../../../../src/domain/settings.js'
import {classicCall} from '../../../fakes/classic-call.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {record} from '../../../golden/report/samples.js'

const world = (settings?: Settings) =>
  createHostsWorld([record()], {h1: {}}, {...(settings !== undefined && {settings})}).context

/** How the driver is asked, by today's words and by the classic call. */
async function asked(settings: Settings, more: {readonly allowVncNetwork?: boolean}) {
  const context = world(settings)
  const words = {type: 'qemu', machine: 'web01', targets: ['h1'], dryRun: true, mode: 'new', console: 'NONE'} as const
  const today = printed(await runStart({...words, timeoutMs: 1000, ...more}, context))
  const call = {...classicCall('-n', '-a', 'create=l:web01', 'h1'), ...more}
  const classic = printed(await runClassic(call, context))
  return [today, classic].map(({json}) => {
    const {plan} = json as {plan: {tasks: readonly {ask: {vncNetwork?: string}}[]}}
    return plan.tasks[0]?.ask.vncNetwork
  })
}

test.each([
  ['loopback', {}, undefined],
  ['allow', {}, 'allow'],
  ['loopback', {allowVncNetwork: true}, 'allow'],
  ['loopback', {allowVncNetwork: false}, undefined],
] as const)('vnc-network: %s and %j make it %s', async (vncNetwork, more, wanted) => {
  expect(await asked({vncNetwork}, more)).toEqual([wanted, wanted])
})

test('a settings file with faults ends a start, and nothing else', async () => {
  const fault = new ConfigError('CONFIG', 'settings.yaml:1: nonsense')
  const context = {...world(), settings: {location: '', load: () => Promise.reject(fault)}}
  const call = (action: string) => runClassic(classicCall('-n', '-a', action, 'h1'), context)
  await expect(call('create=l:web01')).rejects.toBe(fault)
  expect(printed(await call('cancel=l:web01')).exitCode).toBe(0)
})

test('--allow-vnc-network is refused where nothing is started', async () => {
  for (const action of ['list', 'cancel=l:web01', 'create=l:web01,connect']) {
    const words = {...classicCall('-n', '-a', action, 'h1'), allowVncNetwork: true}
    const call = runClassic(words, world())
    await expect(call, action).rejects.toMatchObject({code: 'USAGE'})
  }
})
