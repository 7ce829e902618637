/** A suspended machine is told by the inventory, found at all its places, and goes on where its directory is. */

import {describe, expect, test} from 'vitest'
import {findMachines} from '../../../../src/app/find/find-machines.js'
import {listMachines} from '../../../../src/app/list/list-machines.js'
import {keepSuspended} from '../../../../src/app/run/keep-suspended.js'
import {runClassic} from '../../../../src/app/run/run-classic.js'
import {showMachine} from '../../../../src/app/show/show-machine.js'
import {whyMachine} from '../../../../src/app/why/why-machine.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import {classicCall} from '../../../fakes/classic-call.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {createMemoryInventory} from '../../../fakes/memory-inventory.js'
import {printed} from '../../../fakes/printed.js'
import {expectSchema} from '../../../fakes/schemas.js'
import {other, shared, start} from '../../../fakes/start-stop.js'
import {machine, record} from '../../../golden/report/samples.js'

const config = '/vm/web01/web01.ctys'
const since = '2026-03-14 11:00:00'
const saved = record({suspended: since})

describe('a start that goes on', () => {
  test('is done where the machine is suspended, whatever the load', async () => {
    const busy = [other(10), other(11)]
    const {done, report} = await start(shared, {h1: {running: busy, suspended: [config]}, h2: []}, {mode: 'resume'})
    expect(done.at(-1)).toBe(`create h1 ${config}`)
    expect(report.stderr).toContain('h1 chosen: it is suspended there')
  })

  test('is chosen by load among those that see it', async () => {
    const places = {h1: {running: [other(10)], suspended: [config]}, h2: {suspended: [config]}}
    expect((await start(shared, places, {mode: 'resume'})).done.at(-1)).toBe(`create h2 ${config}`)
  })

  test('is planned where it is recorded as suspended', async () => {
    const records = [
      record({disks: 'a:1', suspended: since}),
      record({host: 'h2', disks: 'a:1'}),
      record({label: 'x', id: '/vm/x'}),
    ]
    expect((await start(records, {}, {mode: 'resume', dryRun: true})).report.stdout).toMatch(/^h1 /m)
    expect((await start(records, {}, {dryRun: true})).report.stdout).toMatch(/^h2 /m)
  })
})

test('a list asks each host for what is recorded there, and shows what is suspended', async () => {
  const records = [...shared, record({host: 'h2', label: 'db01', id: '/vm/db01/db01.ctys'})]
  const {context} = createHostsWorld(records, {
    h1: {suspended: [config]},
    h2: {suspended: ['/vm/db01/db01.ctys', '/vm/nobody']},
  })
  const report = printed(
    await listMachines({type: 'all', targets: ['h1', 'h2'], dryRun: false, running: false}, context),
  )
  expectSchema('report', report.json)
  expect(report.stdout.match(/^h\d .*suspended/gm)).toEqual([
    expect.stringMatching(/^h1 +web01 /),
    expect.stringMatching(/^h2 +db01 /),
  ])
})

test('a classic list does so too, and an inventory that cannot be read costs it nothing else', async () => {
  const words = classicCall('-a', 'list=tab_tcp', 'h1')
  const {context} = createHostsWorld(shared, {
    h1: {running: [machine({label: 'db01', id: '/vm/db01'})], suspended: [config]},
  })
  const seen = printed(await runClassic(words, context))
  expect(seen.json).toMatchObject({outcomes: [{data: {suspended: [{id: config}]}}]})
  const inventory = {...context.inventory, holding: () => Promise.reject(new Error('gone'))}
  const blind = printed(await runClassic(words, {...context, inventory}))
  expect([blind.exitCode, blind.stdout]).toEqual([0, expect.stringContaining('db01')])
})

describe('offline', () => {
  test('find says it in words, as JSON, and to a question', async () => {
    const inventory = createMemoryInventory([saved, record({label: 'db01', vmState: 'BACKUP'})])
    const {stdout, json} = printed(await findMachines({words: []}, inventory, new Date()))
    expect(stdout).toMatch(/^web01 +h1 +suspended /m)
    expect(stdout).toMatch(/^db01 +h1 +BACKUP /m)
    expectSchema('report', json)
    expect(json).toMatchObject({records: [{suspended: since}, {suspended: ''}]})
    expect(printed(await findMachines({words: ['suspended~.']}, inventory, new Date())).stdout).not.toContain('db01')
    const {stderr} = printed(await findMachines({words: ['state=suspended']}, inventory, new Date()))
    expect(stderr).toContain("next: ctys find 'suspended~.'")
  })

  test('why and show say it, and why how to go on', async () => {
    const {context} = createHostsWorld([saved], {})
    const why = printed(await whyMachine({words: ['web01'], type: 'qemu'}, context))
    expect(why.stdout).toContain(`web01 on h1 is suspended since ${since}`)
    expect(why.stdout).toContain(`ctys start ${config} h1 --resume, or ctys start ${config} h1 --discard`)
    const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: false, offline: true}
    const show = printed(await showMachine(words, context))
    expect(show.stdout).toContain('web01 on h1: suspended')
  })
})

describe('what a run saw is recorded at once', () => {
  const base = {taskId: '1', host: 'h1', ms: 1, status: 'ok'} as const
  const task = {id: '1', target: {host: 'h1'}, type: 'QEMU', timeoutMs: 1} as const
  const address = {label: 'web01'}
  const keep = async (
    records: Parameters<typeof createMemoryInventory>[0],
    outcome: Outcome,
    verb: 'create' | 'cancel',
  ) => {
    const inventory = createMemoryInventory(records)
    const ask =
      verb === 'cancel'
        ? ({verb, ask: {machine: address, how: 'suspend', force: false, graceMs: 0}} as const)
        : ({verb, ask: {machine: address, mode: 'new', console: 'NONE', timeoutMs: 1}} as const)
    const plan = {tasks: [{...task, ...ask, record: records?.[0] ?? record()}], refused: []}
    await keepSuspended([outcome], plan, {
      inventory,
      now: () => new Date('2026-03-14T11:00:00Z'),
      signal: new AbortController().signal,
    })
    return (await inventory.all()).map(({host, suspended}) => `${host} ${suspended}`)
  }
  const facts = {label: 'web01', id: config, uuid: '', pid: 1, ms: 1}
  const cancelled = (step: 'suspend' | 'powerButton'): Outcome => ({
    ...base,
    data: {kind: 'cancel', machines: [{...facts, step, state: step === 'suspend' ? 'suspended' : 'gone'}]},
  })
  const created = (more: {reused?: boolean; resumed?: true}): Outcome => ({
    ...base,
    data: {kind: 'create', reused: false, machine: machine(), log: '', ...more},
  })

  test('at all places of the machine, and at no other', async () => {
    const all = [...shared, record({host: 'h3', uuid: 'b'.repeat(32), disks: 'x:1'})]
    expect(await keep(all, cancelled('suspend'), 'cancel')).toEqual([`h1 ${since}`, `h2 ${since}`, 'h3 '])
    expect(await keep(shared, cancelled('powerButton'), 'cancel')).toEqual(['h1 ', 'h2 '])
  })

  test('and it is gone once the machine runs', async () => {
    const all = shared.map((one) => ({...one, suspended: 'yes'}))
    expect(await keep(all, created({resumed: true}), 'create')).toEqual(['h1 ', 'h2 '])
    expect(await keep(all, created({}), 'create')).toEqual(['h1 ', 'h2 '])
    expect(await keep(all, created({reused: true}), 'create')).toEqual(['h1 yes', 'h2 yes'])
  })
})
