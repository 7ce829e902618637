/** What other programs import: it has no way around the guard, and session types stand side by side. */
import {expect, test} from 'vitest'
import {findLive} from '../../../../src/app/find/find-live.js'
import {showMachine} from '../../../../src/app/show/show-machine.js'
import {whyMachine} from '../../../../src/app/why/why-machine.js'
import {planWork, type RunResult, runTasks} from '../../../../src/index.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {disks, shared} from '../../../fakes/start-stop.js'
import {createWith, machine, record, styleOf} from '../../../golden/report/samples.js'

const startOn = (type: string, host: string, label: string) => ({
  request: {
    type,
    action: createWith({machine: {label}, mode: 'new'}),
    targets: [{host}],
    inventoryUse: 'on',
  } as const,
})

const codes = ({outcomes}: RunResult) => outcomes.map((one) => ('error' in one ? one.error.code : one.status))

test('the public API starts no second copy', async () => {
  const {context, done} = createHostsWorld(shared, {h1: [], h2: [machine()]})
  expect(codes(await runTasks(startOn('QEMU', 'h1', 'web01'), context))).toEqual(['ALREADY_RUNNING'])
  expect(done()).toEqual(['list h2'])
})

test('a plan contacts nobody and says who would be asked', async () => {
  const {context, log} = createHostsWorld(shared, {h1: [], h2: [machine()]})
  expect((await planWork(startOn('QEMU', 'h1', 'web01'), context)).asked).toEqual([{host: 'h1', hosts: ['h2']}])
  expect(log).toEqual([])
})

// a second type that has nothing but a driver in the registry
const types = ['QEMU', 'TAPE']
const tape = record({type: 'TAPE', label: 'tape01', id: '/vm/tape01/tape01.tape', uuid: 'e'.repeat(32), disks})
const runningTape = machine({type: 'TAPE', label: tape.label, id: tape.id, uuid: tape.uuid})

test('a machine of another type is started, listed, and not started twice', async () => {
  const {context} = createHostsWorld([{...tape, disks: ''}], {h1: []}, {types})
  expect(codes(await runTasks(startOn('TAPE', 'h1', 'tape01'), context))).toEqual(['ok'])
  expect(codes(await runTasks(startOn('TAPE', 'h1', 'tape01'), context))).toEqual(['ALREADY_RUNNING'])
  const list = {type: 'ALL', action: {verb: 'list', ask: {}}, targets: [{host: 'h1'}], inventoryUse: 'off'} as const
  const {outcomes} = await runTasks({request: list}, context)
  expect(outcomes).toMatchObject([{data: {machines: [{type: 'TAPE', label: 'tape01'}]}}])
})

test('a machine of another type on the same disk guards it against a second copy', async () => {
  const qemu = record({host: 'h2', disks})
  const {context} = createHostsWorld([tape, qemu], {h1: [runningTape], h2: []}, {types})
  expect(codes(await runTasks(startOn('QEMU', 'h2', 'web01'), context))).toEqual(['ALREADY_RUNNING'])
})

test('vhost -r, show and why know a machine of another type', async () => {
  const {context} = createHostsWorld([tape], {h1: [runningTape]}, {types})
  const vhost = printed(await findLive({words: ['tape01'], runtime: true, output: 'label,live'}, context), styleOf({}))
  expect(vhost.stdout).toContain('tape01;running')
  const words = {type: 'QEMU', targets: [], dryRun: false, machine: 'tape01', offline: false}
  const show = printed(await showMachine(words, context), styleOf({json: true}))
  expect(JSON.parse(show.stdout).machine.live).toMatchObject([{host: 'h1', status: 'running'}])
  const why = printed(await whyMachine({words: ['tape01'], type: 'TAPE'}, context), styleOf({}))
  expect(why.exitCode).toBe(0)
  expect(why.stdout).toContain('tape01')
})
