import {describe, expect, test} from 'vitest'
import {runRestart} from '../../../../src/app/run/run-command.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {disks, shared, start, stop, summary} from '../../../fakes/start-stop.js'
import {machine, record} from '../../../golden/report/samples.js'

const uuid = (n: number) => String(n).padStart(32, '0')

function known(host: string, label: string, n: number, changes: Partial<InventoryRecord> = {}): InventoryRecord {
  return record({host, label, id: `/vm/${label}/${label}.ctys`, uuid: uuid(n), mac: '', tcp: '', ...changes})
}

const runs = (label: string, n: number) =>
  machine({label, id: `/vm/${label}/${label}.ctys`, uuid: uuid(n), pid: 100 + n, macs: [], tcps: []})

const fleet = [known('h1', 'web01', 1), known('h1', 'web02', 2), known('h2', 'web03', 3), known('h2', 'db01', 4)]
const many = Array.from({length: 6}, (_, n) => known('h1', `app${n}`, n))

describe('several machines in one call', () => {
  test('are acted on where each lies, in one plan', async () => {
    const {done, summary: told, report} = await start(fleet, {h1: [], h2: []}, {targets: ['web02', 'web03']})
    expect(done).toEqual([
      'create h1 /vm/web01/web01.ctys',
      'create h1 /vm/web02/web02.ctys',
      'create h2 /vm/web03/web03.ctys',
    ])
    expect(told).toEqual(['h1 ok', 'h1 ok', 'h2 ok'])
    expect(report.json).toMatchObject({outcomes: [{taskId: '1', machine: 'l:web01'}, {taskId: '2'}, {taskId: '3'}]})
  })

  test.each([
    ['a pattern', 'web0*', {}, ['web01', 'web02', 'web03']],
    ['a pattern of one sign', 'web0[23]', {}, ['web02', 'web03']],
    ['a pattern and a name', 'db01', {targets: ['web?2']}, ['db01', 'web02']],
    ['twice the same', 'web01', {targets: ['web01', 'web01']}, ['web01']],
    ['a question', undefined, {where: ['host=h2']}, ['web03', 'db01']],
    ['a question of several words', undefined, {where: ['host=h2 label~^web']}, ['web03']],
    ['questions', undefined, {where: ['host=h1', 'label~2$']}, ['web02']],
    ['a question on a host', undefined, {where: ['label~^web'], targets: ['h2']}, ['web03']],
    ['a pattern on a host', 'web*', {targets: ['h1']}, ['web01', 'web02']],
    ['names on hosts, each where it lies', 'web01', {targets: ['web03', 'h1', 'h2']}, ['web01', 'web03']],
  ])('by %s', async (_, name, more, labels) => {
    const {done} = await start(fleet, {h1: [], h2: []}, {machine: name, ...more})
    expect(done.map((line) => /([^/]+)\.ctys$/.exec(line)?.[1])).toEqual(labels)
  })

  test('are stopped as well, and what does not run is told by its name', async () => {
    const hosts = {h1: [runs('web01', 1)], h2: [runs('web03', 3)]}
    const {summary: told, report} = await stop(fleet, hosts, {machine: 'web0*'})
    expect(told).toEqual(['h1 ok', 'h1 NOT_RUNNING', 'h2 ok'])
    expect(report.stderr).toContain('h1 l:web02,p:/vm/web02/web02.ctys: NOT_RUNNING')
    expect(report.exitCode).toBe(4)
  })

  test('a word is a host unless the inventory has a machine of that label', async () => {
    expect((await start(fleet, {h7: []}, {targets: ['h7']})).done).toEqual(['enumerate h7', 'create h7 ?'])
    const both = [...fleet, known('h1', 'h2', 9)]
    const attempt = start(both, {h1: [], h2: []}, {targets: ['h2']})
    await expect(attempt).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('l:h2 is the machine'),
    })
    expect((await start(both, {h1: [], h2: []}, {targets: ['l:h2']})).done).toHaveLength(2)
    expect((await start(both, {h1: [], h2: []}, {machine: 'web03', targets: ['admin@h2']})).done[0]).toContain(
      'admin@h2',
    )
    // what a host calls itself is no machine
    const host = record({type: 'PM', label: 'h2', host: 'h2', id: ''})
    expect((await start([...fleet, host], {h2: []}, {machine: 'web03', targets: ['h2']})).done[0]).toContain(
      'h2 /vm/web03',
    )
  })

  test('what is not known ends the call with all of it, before anything is done', async () => {
    const {context, log} = createHostsWorld(fleet, {h1: []})
    const words = {type: 'qemu', machine: 'web01', targets: ['l:nope', 'l:none'], dryRun: false} as const
    const attempt = runRestart({...words, force: false, graceMs: 0, console: 'NONE', timeoutMs: 1}, context)
    await expect(attempt).rejects.toMatchObject({
      code: 'MACHINE_NOT_FOUND',
      details: [expect.stringContaining('nope'), expect.stringContaining('none')],
    })
    expect(log).toEqual([])
  })

  test.each([
    [{machine: 'nope*'}, 'MACHINE_NOT_FOUND'],
    [{machine: undefined, where: ['label=nope']}, 'MACHINE_NOT_FOUND'],
    [{machine: undefined, where: [' ']}, 'USAGE'],
    [{machine: undefined, where: ['colour=red']}, 'USAGE'],
    [{machine: undefined, where: ['host=h1'], targets: ['web03']}, 'USAGE'],
    [{machine: undefined}, 'USAGE'],
  ])('%j is refused', async (more, code) => {
    await expect(start(fleet, {h1: []}, more)).rejects.toMatchObject({code})
  })

  test('two machines of several places go to two hosts', async () => {
    const two = [1, 2].flatMap((n) =>
      ['h1', 'h2'].map((host) => known(host, `m${n}`, n, {disks: `nfs/10.0.0.9/1:${n}`})),
    )
    const {done} = await start(two, {h1: [], h2: []}, {machine: 'm*'})
    expect(done.filter((line) => line.startsWith('create'))).toEqual([
      'create h1 /vm/m1/m1.ctys',
      'create h2 /vm/m2/m2.ctys',
    ])
    expect(done.filter((line) => line === 'list h1')).toHaveLength(1)
  })

  test('one that cannot be told leaves the others their start', async () => {
    const records = [...shared, known('h3', 'db01', 4)]
    const {summary: told} = await start(records, {h1: [], h3: []}, {targets: ['db01']})
    expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE', 'h3 ok'])
  })
})

describe('more than five machines nobody has named one by one', () => {
  test('need --yes, or a person who says so', async () => {
    const attempt = start(many, {h1: []}, {machine: 'app*'})
    await expect(attempt).rejects.toMatchObject({code: 'USAGE', hint: expect.stringContaining('--yes')})
    expect((await start(many, {h1: []}, {machine: 'app*', yes: true})).done).toHaveLength(6)
    expect((await start(many, {h1: []}, {machine: 'app*', dryRun: true})).done).toEqual([])
    expect((await start(many.slice(1), {h1: []}, {machine: 'app*'})).done).toHaveLength(5)
    const [first, ...others] = many.map(({label}) => label)
    expect((await start(many, {h1: []}, {machine: first, targets: others})).done).toHaveLength(6)
  })

  test.each([[true], [false]])('asked, the answer %s counts', async (answer) => {
    const {context, done} = createHostsWorld(many, {h1: many.map((_, n) => runs(`app${n}`, n))})
    const asked: string[] = []
    const ask = async (question: string) => asked.push(question) > 0 && answer
    const words = {type: 'qemu', machine: 'app*', targets: [], dryRun: false, force: true, graceMs: 0}
    const run = runRestart({...words, console: 'NONE', timeoutMs: 1}, {...context, ask})
    if (answer) await run
    else
      await expect(run).rejects.toMatchObject({code: 'USAGE', message: expect.stringContaining('nothing was changed')})
    expect(asked).toEqual([expect.stringContaining('6 machines are changed: l:app0')])
    expect(done()).toHaveLength(answer ? 12 : 0)
  })

  test('a stop of all is asked about for a group only', async () => {
    const more = {all: true, machine: undefined}
    await expect(stop(many, {h1: []}, {...more, targets: ['@all']})).rejects.toMatchObject({code: 'USAGE'})
    expect((await stop(many, {h1: []}, {...more, targets: ['@all'], yes: true})).done).toEqual(['cancel h1'])
    expect((await stop(many, {h1: []}, {...more, targets: ['h1']})).done).toEqual(['cancel h1'])
  })
})

describe('a restart', () => {
  const restart = async (records: readonly InventoryRecord[], hosts: WorldHosts, targets: readonly string[] = []) => {
    const {context, done} = createHostsWorld(records, hosts)
    const words = {type: 'qemu', machine: 'web01', targets, dryRun: false, force: false, graceMs: 0}
    const report = printed(await runRestart({...words, console: 'NONE', timeoutMs: 1}, context))
    return {done: done(), summary: summary(report), report}
  }

  test('stops, and starts on the same host', async () => {
    const {done, summary: told} = await restart(fleet, {h1: [runs('web01', 1)]})
    expect(done).toEqual(['cancel h1', 'create h1 /vm/web01/web01.ctys'])
    expect(told).toEqual(['h1 ok', 'h1 ok'])
  })

  test('goes to where it runs', async () => {
    const {done} = await restart(shared, {h1: [], h2: [machine()]})
    expect(done.slice(-2)).toEqual(['cancel h2', 'create h2 /vm/web01/web01.ctys'])
  })

  test('does not start what it could not stop', async () => {
    const {done, summary: told, report} = await restart(fleet, {h1: []})
    expect(done).toEqual(['cancel h1'])
    expect(told).toEqual(['h1 NOT_RUNNING', 'h1 NOT_BEGUN'])
    expect(report.exitCode).toBe(1)
  })

  test('does not stop what it must not start', async () => {
    const records = [record({disks}), record({host: 'h2', disks})]
    const {done, summary: told} = await restart(records, {h1: [machine()]}, ['h1'])
    expect(done).toEqual(['list h2'].filter((line) => done.includes(line)))
    expect(told).toEqual(['h1 NOT_BEGUN', 'h1 MAY_RUN_ELSEWHERE'])
  })
})
