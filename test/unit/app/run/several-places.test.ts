import {describe, expect, test} from 'vitest'
import {runStop} from '../../../../src/app/run/run-command.js'
import {whyMachine} from '../../../../src/app/why/why-machine.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import type {WhyAnswer} from '../../../../src/domain/work/why-answer.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {expectSchema} from '../../../fakes/schemas.js'
import {disks, other, shared, start, stop} from '../../../fakes/start-stop.js'
import {machine, record} from '../../../golden/report/samples.js'

describe('a start without a host, of a machine two hosts see', () => {
  test('goes where the fewest machines run, and says why', async () => {
    const {report, done} = await start(shared, {h1: [other(10), other(11)], h2: [other(12)]})
    expect(done).toEqual(['list h1', 'list h2', 'create h2 /vm/web01/web01.ctys'])
    expect(report.stderr).toContain('h2 chosen: fewest machines running: h2 1, against h1 2')
    expect(report.json).toMatchObject({chosen: [{host: 'h2'}]})
  })

  test('goes where the most run with -c maxcnt', async () => {
    const {done} = await start(shared, {h1: [other(10), other(11)], h2: [other(12)]}, {cost: 'maxcnt'})
    expect(done.at(-1)).toBe('create h1 /vm/web01/web01.ctys')
  })

  test('goes where it runs already, whatever the load', async () => {
    const {summary: told, done} = await start(shared, {h1: [other(10), machine()], h2: []})
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
    expect(done.filter((step) => step.startsWith('create'))).toEqual(['create h1 /vm/web01/web01.ctys'])
    expect((await start(shared, {h1: [machine()], h2: []}, {mode: 'reuse'})).summary).toEqual(['h1 ok'])
  })

  test('is refused while one of the hosts does not answer', async () => {
    const attempt = start(shared, {h1: []})
    await expect(attempt).rejects.toMatchObject({
      code: 'MAY_RUN_ELSEWHERE',
      message: 'l:web01 may run on h2, where nobody could see it',
      hint: 'look there; if you know that it does not run: --not-on h2',
      details: [expect.stringContaining('h2: CONNECT_TIMEOUT: ')],
    })
  })

  test('is done when the user knows that the silent host does not run it', async () => {
    const {summary: told, done} = await start(shared, {h1: []}, {notOn: ['h2']})
    expect(told).toEqual(['h1 ok'])
    expect(done).toEqual(['create h1 /vm/web01/web01.ctys'])
  })

  test('--not-on every host is a fault', async () => {
    await expect(start(shared, {h1: []}, {notOn: ['h2', 'h1']})).rejects.toMatchObject({code: 'USAGE'})
  })

  test('is only planned with --dry-run, by what is recorded', async () => {
    const more = record({host: 'h1', label: 'db01', id: '/vm/db01/db01.ctys', uuid: 'd'.repeat(32)})
    const {report, done} = await start([...shared, more], {}, {dryRun: true})
    expect(done).toEqual([])
    expect(report.stdout).toMatch(/^h2 +QEMU +create/m)
    expect(report.stderr).toContain('h2 chosen: fewest machines recorded: h2 1, against h1 2')
    expect(report.stderr).toContain('h2: asks h1 first: it lies there too')
  })

  test('what is refused asks nobody, and no start asks its own host first', async () => {
    const targets = ['h1', 'h2']
    const refused = await start(shared, {}, {dryRun: true, targets, mode: 'reuse'})
    expect(refused.summary).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
    expect(refused.report.stderr).not.toContain('first: it lies there too')
    const one = await start(shared, {}, {dryRun: true, targets: ['h1'], mode: 'reuse'})
    expect(one.report.stderr).toContain('h1: asks h2 first: it lies there too')
  })

  test('two machines of one label that are not the same stay ambiguous', async () => {
    const records = [record({disks}), record({host: 'h2', disks: 'nfs/10.0.0.9/1:78', uuid: 'b'.repeat(32)})]
    await expect(start(records, {h1: [], h2: []})).rejects.toMatchObject({
      code: 'MACHINE_AMBIGUOUS',
      details: ['h1 l:web01', 'h2 l:web01'],
    })
  })

  test('a copy with the same UUID and another disk is another machine, and ambiguous', async () => {
    const records = [record({disks}), record({host: 'h2', disks: 'local/b2/8:1:78'})]
    await expect(start(records, {h1: [], h2: []})).rejects.toMatchObject({code: 'MACHINE_AMBIGUOUS'})
  })
})

describe('a stop without a host', () => {
  test('is done where the machine runs, even when another host is silent', async () => {
    expect((await stop(shared, {h1: [], h2: [machine()]})).done.at(-1)).toBe('cancel h2')
    expect((await stop(shared, {h2: [machine()]})).done.at(-1)).toBe('cancel h2')
  })

  test('is an error when it runs at two places', async () => {
    await expect(stop(shared, {h1: [machine()], h2: [machine()]})).rejects.toMatchObject({
      code: 'MACHINE_AMBIGUOUS',
      message: 'l:web01 runs on h1 and h2',
    })
  })

  test('of what runs at none of its places says so, and where to look', async () => {
    await expect(stop(shared, {h1: [], h2: []})).rejects.toMatchObject({
      code: 'NOT_RUNNING',
      message: 'l:web01 runs on none of h1, h2',
      hint: 'see what runs: ctys list h1 h2',
    })
  })

  test('never takes a silent host for one where it is off', async () => {
    await expect(stop(shared, {h1: []})).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
  })

  test('on a host with two paths of the machine takes the one seen last', async () => {
    const records = [record({disks}), record({id: '/nfs/web01/web01.ctys', disks, observedAt: '2026-03-14T11:59:59Z'})]
    const {context} = createHostsWorld(records, {h1: []})
    const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
    const report = printed(await runStop({...words, how: 'poweroff'}, context))
    expect(report.stdout).toContain('/nfs/web01/web01.ctys')
  })
})

describe('what is the host itself', () => {
  const host = record({type: 'PM', label: 'h1', id: '', uuid: ''})
  const refusal = {
    code: 'UNSUPPORTED',
    message: 'l:h1 is the host h1 itself: ctys acts on machines of hosts',
    hint: expect.stringContaining('ctys list h1 shows what runs there'),
  }

  test('is neither started nor stopped, with or without a host', async () => {
    await expect(start([host], {h1: []}, {machine: 'h1'})).rejects.toMatchObject(refusal)
    await expect(stop([host], {h1: []}, {machine: 'h1'})).rejects.toMatchObject(refusal)
    const there = await start([host], {h1: []}, {machine: 'h1', targets: ['h1']})
    expect(there.report.json).toMatchObject({outcomes: [{error: refusal}]})
  })

  test('gives way to a machine of its name', async () => {
    const guest = record({label: 'h1', id: '/vm/h1/h1.ctys'})
    expect((await start([host, guest], {h1: []}, {machine: 'h1'})).summary).toEqual(['h1 ok'])
  })

  test('why says the same', async () => {
    const {context} = createHostsWorld([host], {})
    const report = printed(await whyMachine({words: ['h1'], type: 'QEMU'}, context))
    expect(report.json).toMatchObject({why: {picks: [{error: refusal}]}})
  })
})

test('why tells the places and what a command would do', async () => {
  const {context} = createHostsWorld(shared, {})
  const report = printed(await whyMachine({words: ['web01'], type: 'QEMU'}, context))
  expect(report.stdout).toContain('one machine at 2 paths')
  expect(report.stdout).toContain(
    'chosen because fewest machines recorded: h1 1, against h2 1; where it runs, if it does',
  )
  expectSchema('report', report.json)
})

test('why says what the command says', async () => {
  const two = [record({tcp: '10.0.0.1'}), record({id: '/vm/b/b.ctys', uuid: 'b'.repeat(32), tcp: '10.0.0.2'})]
  const third = record({label: 'db', id: '/vm/db/db.ctys', uuid: 'c'.repeat(32), tcp: '10.0.0.1'})
  const {context} = createHostsWorld([...two, third], {})
  const told = printed(await whyMachine({words: ['web01', 'h1'], type: 'QEMU'}, context))
  const {outcomes} = (await start([...two, third], {h1: []}, {targets: ['h1']})).report.json as {
    outcomes: readonly Outcome[]
  }
  const {picks} = (told.json as {why: WhyAnswer}).why
  expect(picks[0]?.error).toEqual(outcomes[0] !== undefined && 'error' in outcomes[0] ? outcomes[0].error : undefined)
  expect(picks[0]?.error?.details).toEqual([`u:${two[0]?.uuid}`, 't:10.0.0.2'])
  for (const cost of ['mincnt', 'maxcnt'] as const) {
    const chosen = printed(await whyMachine({words: ['web01'], type: 'QEMU', cost}, context))
    expect((chosen.json as {why: WhyAnswer}).why.picks).toMatchObject([{error: {code: 'MACHINE_AMBIGUOUS'}}])
  }
})

test('a port is part of the name of a host, and leads back to it', async () => {
  const {context} = createHostsWorld([record({host: 'h1:2222'})], {h1: []})
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
  const report = printed(await runStop({...words, how: 'poweroff'}, context))
  expect(report.stdout).toMatch(/^h1:2222 /m)
})
