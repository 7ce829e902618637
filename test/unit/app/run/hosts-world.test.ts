import {expect, test} from 'vitest'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import type {Action} from '../../../../src/domain/work/verbs.js'
import {runPlan} from '../../../../src/execute/run-plan.js'
import {createHostsWorld, type HostsWorld} from '../../../fakes/hosts-world.js'
import {cancel, createWith, found, list, machine, record} from '../../../golden/report/samples.js'

/** What becomes of the action on a host: the code of its error, or the data. */
async function act({context}: HostsWorld, action: Action, host = 'h1') {
  const task = {id: '1', target: {host}, type: 'QEMU', ...action, record: record({host}), timeoutMs: 5000}
  const [outcome] = (await runPlan({tasks: [task], refused: []}, context)) as [Outcome]
  if ('error' in outcome) return outcome.error.code
  return 'data' in outcome ? outcome.data : outcome.status
}

// the use cases are tested against these hosts, so they must do what hosts do
test('what is started runs, once, until it is stopped', async () => {
  const world = createHostsWorld([], {h1: [], h2: [machine()]})
  expect(await act(world, createWith({mode: 'connect'}))).toBe('NOT_RUNNING')
  expect(await act(world, cancel)).toBe('NOT_RUNNING')
  expect(await act(world, createWith({mode: 'new'}))).toMatchObject({reused: false})
  expect(await act(world, createWith({mode: 'new'}))).toBe('ALREADY_RUNNING')
  expect(await act(world, createWith({mode: 'reuse'}))).toMatchObject({reused: true, machine: {label: 'web01'}})
  expect(await act(world, list)).toMatchObject({machines: [{label: 'web01'}]})
  expect(await act(world, cancel)).toMatchObject({machines: [{label: 'web01', state: 'gone'}]})
  expect(await act(world, list)).toMatchObject({machines: []})
  expect(await act(world, list, 'h2')).toMatchObject({machines: [{label: 'web01'}]})
  expect(world.done().slice(-2)).toEqual(['list h1', 'list h2'])
})

test('only what lies below the directories is found, and only of the types asked for', async () => {
  const world = createHostsWorld([], {h1: {stored: found().machines}})
  const labels = async (basePaths: readonly string[], types?: readonly string[]) => {
    const data = await act(world, {verb: 'enumerate', ask: {basePaths, ...(types && {types})}})
    return (data as {machines: readonly {label: string}[]}).machines.map(({label}) => label)
  }
  expect(await labels(['/vm'])).toEqual(['web01', 'db01'])
  expect(await labels([])).toEqual(['web01', 'db01'])
  expect(await labels(['/vm/db01', '/vm/web0'])).toEqual(['db01'])
  expect(await labels(['/vm'], ['XEN'])).toEqual([])
  expect(world.done().at(-1)).toBe('renew h1')
})

test('a host nobody named does not answer', async () => {
  const world = createHostsWorld([], {h1: [], h2: {error: 'AUTH_FAILED'}})
  expect(await act(world, list, 'h3')).toBe('CONNECT_TIMEOUT')
  expect(await act(world, list, 'h2')).toBe('AUTH_FAILED')
  expect(world.log).toEqual(['open h3', 'open h2'])
})
