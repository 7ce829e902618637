import {expect, test} from 'vitest'
import {type FreshInput, findFresh} from '../../../../src/app/find/find-fresh.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {EnumeratedMachine} from '../../../../src/domain/work/answers.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {record, styleOf} from '../../../golden/report/samples.js'

const young = '2026-03-14T11:59:50Z'
const old = '2026-03-14T08:00:00Z'

function machineAt(id: string): EnumeratedMachine {
  const label = id.split('/').at(-2) ?? ''
  return {type: 'QEMU', label, id, uuid: '', interfaces: [{dist: 'fresh'}]}
}

/** A host on which these configurations lie. */
const holding = (...ids: readonly string[]) => ({stored: ids.map(machineAt)})

function known(host: string, label: string, observedAt = old): InventoryRecord {
  return record({host, label, id: `/vm/${label}/${label}.ctys`, uuid: '', mac: '', observedAt, dist: 'stale'})
}

async function ask(records: readonly InventoryRecord[], hosts: WorldHosts, input: Partial<FreshInput> = {}) {
  const world = createHostsWorld(records, hosts)
  const report = printed(
    await findFresh({words: [], output: 'host,label,dist', maxAge: '60s', ...input}, world.context),
    styleOf({terse: true}),
  )
  const {outcomes} = report.json as {outcomes: readonly Outcome[]}
  return {...report, outcomes, log: world.log, lines: report.stdout.split('\n').slice(0, -1), context: world.context}
}

test('records that are old are looked at again, each host in one session, and nothing else is', async () => {
  const records = [known('h1', 'web01'), known('h1', 'web02'), known('h1', 'db01'), known('h2', 'web03', young)]
  const here = holding('/vm/web01/web01.ctys', '/vm/web02/web02.ctys', '/vm/db01/db01.ctys', '/vm/web09/web09.ctys')
  const {lines, log, exitCode} = await ask(records, {h1: here}, {words: ['web']})
  expect(lines).toEqual(['h1;web01;fresh', 'h1;web02;fresh', 'h2;web03;stale'])
  expect(log).toEqual(['open h1', 'enumerate h1 QEMU /vm/web01,/vm/web02'])
  expect(exitCode).toBe(0)
})

test('what is young asks nobody', async () => {
  const {log, exitCode, outcomes} = await ask([known('h1', 'web01', young)], {})
  expect(log).toEqual([])
  expect(outcomes).toEqual([])
  expect(exitCode).toBe(0)
})

test('a machine that is gone is found no more', async () => {
  const {lines, exitCode, stderr} = await ask([known('h1', 'web01')], {h1: holding()}, {words: ['web01']})
  expect(lines).toEqual([])
  expect(exitCode).toBe(3)
  expect(stderr).toContain('is empty')
})

test('the answer is of what was found: a record that does not fit any more is left out', async () => {
  const records = [known('h1', 'web01'), known('h1', 'web02', young)]
  const {lines} = await ask(records, {h1: holding('/vm/web01/web01.ctys')}, {words: ['dist=stale']})
  expect(lines).toEqual(['h1;web02;stale'])
})

test('a host that does not answer keeps its records, and is told', async () => {
  const records = [known('h1', 'web01'), known('h2', 'web02'), known('h2', 'web03')]
  const answer = await ask(records, {h1: holding('/vm/web01/web01.ctys')})
  expect(answer.lines).toEqual(['h1;web01;fresh', 'h2;web02;stale', 'h2;web03;stale'])
  expect(answer).toMatchObject({exitCode: 4, stderr: expect.stringContaining('h2: CONNECT_TIMEOUT')})
  expect(answer.log.filter((line) => line === 'open h2')).toHaveLength(1)
})

test.each([
  ['every host fails', [known('h2', 'web02')], 1],
  ['every host fails, but something was young', [known('h2', 'web02'), known('h1', 'web01', young)], 4],
])('%s', async (_name, records, exitCode) => {
  const answer = await ask(records, {})
  expect(answer.lines).toHaveLength(records.length)
  expect(answer.exitCode).toBe(exitCode)
})

test('what no scan finds stays as it is, which is told', async () => {
  const records = [{...known('h1', 'box'), type: 'VBOX'}, {...known('h1', 'hand'), id: ''}, known('-oX', 'evil')]
  const {log, lines, stderr, exitCode} = await ask(records, {h1: holding()})
  expect(log).toEqual([])
  expect(lines).toHaveLength(3)
  expect(stderr).toContain('3 of 3 records cannot be looked at again')
  expect(exitCode).toBe(0)
})

test('types of one host are not looked for on another', async () => {
  const records = [known('h1', 'web01'), {...known('h2', 'dom'), type: 'XEN'}]
  const {log} = await ask(records, {h1: holding('/vm/web01/web01.ctys'), h2: holding()})
  expect(log.filter((line) => line.startsWith('enumerate')).sort()).toEqual([
    'enumerate h1 QEMU /vm/web01',
    'enumerate h2 XEN /vm/dom',
  ])
})

test('-T, -M and -l hold for what is looked at and how', async () => {
  const records = [{...known('h2', 'dom'), type: 'XEN'}, known('h1', 'web01'), known('h1', 'web02')]
  const here = {h1: holding('/vm/web01/web01.ctys', '/vm/web02/web02.ctys')}
  const {log, lines} = await ask(records, here, {types: 'QEMU', pick: 'first', user: 'admin'})
  expect(log).toEqual(['open admin@h1', 'enumerate admin@h1 QEMU /vm/web01,/vm/web02'])
  expect(lines).toEqual(['h1;web01;fresh'])
})

test('a host that failed is told beside an answer that is an error', async () => {
  const answer = await ask([known('h2', 'web02'), known('h2', 'web03')], {}, {pick: 'unique'})
  expect(answer.exitCode).toBe(3)
  expect(answer.stderr).toMatch(/h2: CONNECT_TIMEOUT.*MACHINE_AMBIGUOUS/s)
})

test.each([{maxAge: 'soon'}, {output: 'zz'}, {words: ['colour=red']}, {user: '-x'}])(
  '%j is a usage error',
  async (more) => {
    await expect(ask([], {}, more)).rejects.toMatchObject({code: 'USAGE'})
  },
)
