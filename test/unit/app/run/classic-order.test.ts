/** Targets of one classic call that come one after the other, as they are really run. */
import {expect, test} from 'vitest'
import {runClassic} from '../../../../src/app/run/run-classic.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import {classicCall} from '../../../fakes/classic-call.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {record} from '../../../golden/report/samples.js'

const records = [
  record({host: 'h1', label: 'web01'}),
  record({host: 'h2', label: 'db01', id: '/vm/db01/db01.ctys', uuid: 'd'.repeat(32), disks: '8:9'}),
]

async function run(hosts: WorldHosts, ...words: string[]) {
  const {context, done} = createHostsWorld(records, hosts)
  const result = await runClassic(classicCall(...words), context)
  const outcomes: readonly Outcome[] = result.kind === 'run' ? result.outcomes : []
  const told = outcomes.map((one) => `${one.host} ${'error' in one ? one.error.code : one.status}`)
  return {told, done: done()}
}

const stack = ['-t', 'qemu', '--', 'VMSTACK{h1(-a', 'create=l:web01)', 'h2(-a', 'create=l:db01)}']

test('a stack is started from below', async () => {
  const {told, done} = await run({h1: [], h2: []}, ...stack)
  expect(told).toEqual(['h1 ok', 'h2 ok'])
  expect(done).toEqual([expect.stringMatching(/^create h1 /), expect.stringMatching(/^create h2 /)])
})

test('what is above something that failed is not begun', async () => {
  const {told, done} = await run({h1: {error: 'UNREACHABLE'}, h2: []}, ...stack)
  expect(told).toEqual(['h1 UNREACHABLE', 'h2 NOT_BEGUN'])
  expect(done.filter((line) => line.startsWith('create'))).toEqual([])
})

test('-b seq goes on after a failure, one host at a time', async () => {
  const {told} = await run({h1: {error: 'UNREACHABLE'}, h2: []}, '-b', 'seq', '-a', 'list', 'h1', 'h2')
  expect(told).toEqual(['h1 UNREACHABLE', 'h2 ok'])
  const stop = await run({h1: {error: 'UNREACHABLE'}, h2: []}, '-b', 'stack', '-a', 'list', 'h1', 'h2')
  expect(stop.told).toEqual(['h1 UNREACHABLE', 'h2 NOT_BEGUN'])
})

test('one machine in two parts of a call is not started twice', async () => {
  const hosts = {h1: [], h2: []}
  const shared = [record({host: 'h1', disks: '8:1'}), record({host: 'h2', disks: '8:1'})]
  const {context, done} = createHostsWorld(shared, hosts)
  const call = classicCall('-t', 'qemu', '--', 'h1(-a create=l:web01)', 'h2(-a create=l:web01,console:vnc)')
  const result = await runClassic(call, context)
  const codes = result.kind === 'run' ? result.outcomes.map((one) => 'error' in one && one.error.code) : []
  expect(codes).toEqual(['MACHINE_AMBIGUOUS', 'MACHINE_AMBIGUOUS'])
  expect(done()).toEqual([])
})
