import {describe, expect, test} from 'vitest'
import {runClassic} from '../../src/app/run-classic.js'
import {runStart, runStop, type StartWords, type StopWords} from '../../src/app/run-today.js'
import {whyMachine} from '../../src/app/why-machine.js'
import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import type {Outcome} from '../../src/domain/outcome.js'
import type {Report} from '../../src/domain/report.js'
import type {WhyAnswer} from '../../src/domain/why-answer.js'
import {createHostsWorld, type WorldHosts} from '../fakes/hosts-world.js'
import {expectSchema} from '../fakes/schemas.js'
import {timesYardstick} from '../fakes/yardstick.js'
import {machine, record, styleOf} from '../golden/report/samples.js'

function summary(report: Report) {
  expectSchema('report', report.json)
  const {outcomes} = report.json as {outcomes: readonly Outcome[]}
  return outcomes.map((outcome) => `${outcome.host} ${'error' in outcome ? outcome.error.code : outcome.status}`)
}

async function start(
  records: readonly InventoryRecord[],
  hosts: WorldHosts,
  more: Partial<StartWords> = {},
  signal = new AbortController().signal,
) {
  const {context, done} = createHostsWorld(records, hosts, {signal})
  const words = {
    type: 'qemu',
    machine: 'web01',
    targets: [],
    dryRun: false,
    mode: 'new',
    console: 'NONE',
    timeoutMs: 1000,
    ...more,
  } as const
  const report = await runStart(words, context, styleOf())
  return {report, done: done(), summary: summary(report)}
}

async function stop(records: readonly InventoryRecord[], hosts: WorldHosts, more: Partial<StopWords> = {}) {
  const {context, done} = createHostsWorld(records, hosts)
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: false, how: 'poweroff', force: false, graceMs: 0}
  const report = await runStop({...words, how: 'poweroff', ...more}, context, styleOf())
  return {report, done: done(), summary: summary(report)}
}

const disks = 'nfs/10.0.0.9/1:77'
const shared = [record({disks}), record({host: 'h2', disks})]
const other = (pid: number) =>
  machine({label: `other${pid}`, id: `/vm/o${pid}`, uuid: 'e'.repeat(30) + String(pid), pid})

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

describe('never two copies: a start on a host that was named', () => {
  const rivals: readonly [string, Partial<InventoryRecord>][] = [
    ['the same machine on another host', {host: 'h2', disks}],
    ['the same machine at another path', {id: '/nfs/web01/web01.ctys', host: 'h2', disks}],
    ['a copy with its UUID', {host: 'h2', disks: 'local/b2/8:1:78'}],
    ['a machine of another UUID with its disk', {host: 'h2', label: 'db01', uuid: 'd'.repeat(32), disks}],
  ]
  test.each(rivals)('is refused while %s runs', async (_, facts) => {
    const rival = record(facts)
    const {
      summary: told,
      done,
      report,
    } = await start(
      [record({disks}), rival],
      {h1: [], h2: [machine({id: rival.id, uuid: rival.uuid})]},
      {targets: ['h1']},
    )
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
    expect(done).toEqual(['list h2'])
    expect(report.stderr).toContain(`${rival.label} runs on h2`)
    expect(report.stderr).toContain(`ctys stop ${rival.id} h2`)
  })

  test.each(rivals)('is refused while nobody knows whether %s runs, unless the user does', async (_, facts) => {
    const records = [record({disks}), record(facts)]
    const refused = await start(records, {h1: []}, {targets: ['h1']})
    expect(refused.summary).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    expect(refused.report.exitCode).toBe(1)
    expect(refused.report.stderr).toContain('--not-on h2')
    expect((await start(records, {h1: []}, {targets: ['h1'], notOn: ['h2']})).summary).toEqual(['h1 ok'])
  })

  test.each(rivals)('is done while %s is seen to be off', async (_, facts) => {
    const {summary: told} = await start([record({disks}), record(facts)], {h1: [], h2: [other(3)]}, {targets: ['h1']})
    expect(told).toEqual(['h1 ok'])
  })

  test('one of the same disk on the same host counts too', async () => {
    const rival = record({id: '/vm/db01/db01.ctys', label: 'db01', uuid: 'd'.repeat(32), disks})
    const world = {h1: [machine({id: rival.id, uuid: rival.uuid})]}
    const {summary: told} = await start([record({disks}), rival], world, {targets: ['h1']})
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
  })

  test('a machine that runs on the host named can be reused, whoever is silent', async () => {
    const {summary: told} = await start(shared, {h1: [machine()]}, {targets: ['h1'], mode: 'reuse'})
    expect(told).toEqual(['h1 ok'])
  })

  test('a machine with one place asks nobody else', async () => {
    const {done} = await start([record({disks})], {h1: []}, {targets: ['h1']})
    expect(done).toEqual(['create h1 /vm/web01/web01.ctys'])
  })

  test('both hosts in one call are refused, and nothing is started', async () => {
    const {summary: told, done} = await start(shared, {h1: [], h2: []}, {targets: ['h1', 'h2']})
    expect(told).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
    expect(done).toEqual([])
  })

  test('the classic call is held to the same', async () => {
    const {context, done} = createHostsWorld(shared, {h1: [], h2: [machine()]})
    const call = {type: 'qemu', action: 'create=l:web01', targets: ['h1'], dryRun: false}
    expect(summary(await runClassic(call, context, styleOf()))).toEqual(['h1 ALREADY_RUNNING'])
    expect(done()).toEqual(['list h2'])
    const known = createHostsWorld(shared, {h1: []})
    const told = summary(await runClassic({...call, notOn: ['h2']}, known.context, styleOf()))
    expect(told).toEqual(['h1 ok'])
  })
})

describe('never two copies: what could be taken for "off" is not', () => {
  const uuid = record().uuid
  const holder = {
    stored: [{type: 'QEMU', label: 'web01', id: '/nfs/web01/web01.ctys', uuid, disks: [disks], interfaces: [{}]}],
  }

  test('a host the inventory has no record of is asked what lies there', async () => {
    const {summary: told, done} = await start([record({disks})], {h1: [machine()], h2: holder}, {targets: ['h2']})
    expect(told).toEqual(['h2 ALREADY_RUNNING'])
    expect(done).toEqual(['enumerate h2', 'list h1'])
    const both = await start([record({disks})], {h1: [], h2: holder}, {targets: ['h1', 'h2']})
    expect(both.summary).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
  })

  test('-c off does not switch it off', async () => {
    const {context} = createHostsWorld(shared, {h1: [machine()], h2: holder})
    const call = {type: 'qemu', action: 'create=l:web01', targets: ['h2'], dryRun: false, inventoryUse: 'off'}
    expect(summary(await runClassic(call, context, styleOf()))).toEqual(['h2 ALREADY_RUNNING'])
  })

  test('a host that hides processes may run it', async () => {
    const hosts = {h1: [], h2: {hidden: true}} as const
    const {summary: told, report} = await start(shared, hosts, {targets: ['h1']})
    expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    expect(report.stderr).toContain('PROCESSES_HIDDEN')
    await expect(start(shared, hosts)).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
    const seen = {h1: [], h2: {running: [machine()], hidden: true}} as const
    expect((await start(shared, seen, {mode: 'reuse'})).summary).toEqual(['h2 ok'])
  })

  test.each([[{label: 'web01'}], [{label: ''}], [{label: 'x', macs: [record().mac]}]])(
    'a process without UUID and configuration may be it: %j',
    async (facts) => {
      const nameless = machine({id: '', uuid: '', macs: [], ...facts})
      const {summary: told} = await start(shared, {h1: [], h2: [nameless]}, {targets: ['h1']})
      expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    },
  )

  test('it is known by its own UUID where the record there has none', async () => {
    const records = [record({disks}), record({host: 'h2', disks, uuid: ''})]
    const {summary: told} = await start(records, {h1: [], h2: [machine({id: '/else/where.ctys'})]}, {targets: ['h1']})
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
  })

  test('another machine at the path of another host is not it', async () => {
    const records = [record({disks}), record({host: 'h2', id: '/nfs/web01/web01.ctys', disks})]
    const stranger = machine({uuid: 'b'.repeat(32)})
    const {summary: told, report} = await start(records, {h1: [other(1)], h2: [stranger]})
    expect(told).toEqual(['h1 ok'])
    expect(report.stderr).not.toContain('it runs there')
  })

  test.each([
    ['h1:22', 'h1'],
    ['H1', 'h1'],
  ])('the record of %s is that of %s', async (host, name) => {
    const records = [record({host, disks}), record({host: 'h2', disks})]
    const {summary: told} = await start(records, {h1: [], h2: [machine()]}, {targets: [name]})
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
    expect((await start(records, {h1: [], h2: [other(1)]})).done.at(-1)).toBe('create h1 /vm/web01/web01.ctys')
  })

  test('a record of localhost is that of this machine', async () => {
    const records = [record({host: 'localhost', disks}), record({host: 'h2', disks})]
    const {summary: told} = await start(records, {localhost: [], h2: [machine()]}, {targets: ['localhost']})
    expect(told).toEqual(['localhost ALREADY_RUNNING'])
  })

  test('a host whose name cannot be one is not off', async () => {
    const records = [record({disks}), record({host: '-oProxyCommand=x', disks})]
    const {summary: told, report} = await start(records, {h1: []}, {targets: ['h1']})
    expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    expect(report.stderr).toContain('ctys inventory edit')
  })

  test('disks seen before and after a host was started anew do not make copies', async () => {
    const records = [record({disks: 'local/b1/8:1:7'}), record({id: '/bind/web01/web01.ctys', disks: 'local/b2/8:1:7'})]
    expect((await start(records, {h1: []})).summary).toEqual(['h1 ok'])
  })

  test('every row of a machine counts, and blanks are no disk', async () => {
    const rows = [record({uuid: '0'.repeat(32)}), record({mac: '00:50:56:00:00:02', disks})]
    const rival = record({host: 'h2', disks})
    const {summary: told} = await start([...rows, rival], {h1: [], h2: [machine()]}, {targets: ['h1']})
    expect(told).toEqual(['h1 ALREADY_RUNNING'])
    const strangers = [record({disks: 'x '}), record({host: 'h2', label: 'db', uuid: 'd'.repeat(32), disks: 'y '})]
    expect((await start(strangers, {h1: []}, {targets: ['h1']})).summary).toEqual(['h1 ok'])
  })

  test('two paths of one host are one machine for --reuse, without a UUID too', async () => {
    const twoPaths = [
      record({uuid: '', disks}),
      record({uuid: '', id: '/nfs/web01/web01.ctys', disks, observedAt: '2026-03-14T11:59:59Z'}),
    ]
    const world = {h1: [machine({uuid: ''})]}
    const {done, summary: told} = await start(twoPaths, world, {targets: ['h1'], mode: 'reuse'})
    expect(told).toEqual(['h1 ok'])
    expect(done.at(-1)).toBe('create h1 /vm/web01/web01.ctys')
    expect((await start(twoPaths, {h1: [machine({uuid: ''})]}, {targets: ['h1']})).summary).toEqual([
      'h1 ALREADY_RUNNING',
    ])
  })

  test('the order of the records decides nothing', async () => {
    const vague = record({host: 'h1'})
    const one = record({host: 'h2', disks: 'nfs/10.0.0.9/1:1'})
    const two = record({host: 'h3', disks: 'nfs/10.0.0.9/1:2'})
    const orders = [
      [vague, one, two],
      [one, vague, two],
      [one, two, vague],
      [two, vague, one],
    ]
    for (const records of orders) {
      await expect(start(records, {h1: [], h2: [], h3: []})).rejects.toMatchObject({code: 'MACHINE_AMBIGUOUS'})
    }
  })

  test('a start of what runs at two places is an error in every mode', async () => {
    for (const mode of ['new', 'reuse'] as const) {
      const attempt = start(shared, {h1: [machine()], h2: [machine()]}, {mode})
      await expect(attempt).rejects.toMatchObject({code: 'MACHINE_AMBIGUOUS', message: 'l:web01 runs on h1 and h2'})
    }
  })

  test('Ctrl-C while hosts are asked ends as that', async () => {
    const signal = AbortSignal.abort()
    await expect(start(shared, {h1: [], h2: []}, {}, signal)).rejects.toMatchObject({code: 'INTERRUPTED'})
    await expect(start(shared, {h1: [], h2: []}, {targets: ['h1']}, signal)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
  })

  test.each([
    ['h1', 'the machine is to be started there'],
    ['h22', 'the inventory has no such host'],
  ])('--not-on %s is refused', async (host, reason) => {
    const attempt = start(shared, {h1: []}, {targets: ['h1'], notOn: [host]})
    await expect(attempt).rejects.toMatchObject({code: 'USAGE', message: `--not-on ${host}: ${reason}`})
  })

  test('the one host that is left is named', async () => {
    const {report} = await start(shared, {h1: []}, {notOn: ['h2']})
    expect(report.stderr).toContain('h1 chosen: --not-on leaves no other')
  })

  test('a dry run refuses what the run refuses, and says who would be asked', async () => {
    const {summary: told, report} = await start(shared, {}, {targets: ['h1', 'h2'], dryRun: true})
    expect(told).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
    expect(report.exitCode).toBe(3)
    const one = await start(shared, {}, {targets: ['h1'], dryRun: true})
    expect(one.report.json).toMatchObject({asked: [{host: 'h1', hosts: ['h2']}]})
  })

  test('commands to be pasted hold nothing a shell takes apart', async () => {
    const id = "/vm/a b; reboot/it's.ctys"
    const records = [record({disks}), record({host: 'h2', id, disks})]
    const {report} = await start(records, {h1: [], h2: [machine({id})]}, {targets: ['h1']})
    expect(report.stderr).toContain(`ctys stop '/vm/a b; reboot/it'\\''s.ctys' h2`)
  })
})

test('a start on a thousand hosts is planned as fast as they are read', async () => {
  const records = Array.from({length: 1000}, (_, i) =>
    record({
      host: `h${i}`,
      label: 'dns',
      uuid: `e${i.toString(16).padStart(31, '0')}`,
      disks: `local/b${i}/8:1:7`,
      mac: '',
      tcp: '',
    }),
  )
  const targets = records.map(({host}) => host)
  const begin = performance.now()
  const {report} = await start(records, {}, {machine: 'dns', targets, dryRun: true})
  expect(performance.now() - begin).toBeLessThan(timesYardstick(60))
  expect(report.stderr).toContain('dry run: 1000 jobs')
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

  test('never takes a silent host for one where it is off', async () => {
    await expect(stop(shared, {h1: []})).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
  })

  test('on a host with two paths of the machine takes the one seen last', async () => {
    const records = [record({disks}), record({id: '/nfs/web01/web01.ctys', disks, observedAt: '2026-03-14T11:59:59Z'})]
    const {context} = createHostsWorld(records, {h1: []})
    const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
    const report = await runStop({...words, how: 'poweroff'}, context, styleOf())
    expect(report.stdout).toContain('/nfs/web01/web01.ctys')
  })
})

test('why tells the places and what a command would do', async () => {
  const {context} = createHostsWorld(shared, {})
  const report = await whyMachine({words: ['web01'], type: 'QEMU'}, context, styleOf())
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
  const told = await whyMachine({words: ['web01', 'h1'], type: 'QEMU'}, context, styleOf())
  const {outcomes} = (await start([...two, third], {h1: []}, {targets: ['h1']})).report.json as {
    outcomes: readonly Outcome[]
  }
  const {picks} = (told.json as {why: WhyAnswer}).why
  expect(picks[0]?.error).toEqual(outcomes[0] !== undefined && 'error' in outcomes[0] ? outcomes[0].error : undefined)
  expect(picks[0]?.error?.details).toEqual([`u:${two[0]?.uuid}`, 't:10.0.0.2'])
  for (const cost of ['mincnt', 'maxcnt'] as const) {
    const chosen = await whyMachine({words: ['web01'], type: 'QEMU', cost}, context, styleOf())
    expect((chosen.json as {why: WhyAnswer}).why.picks).toMatchObject([{error: {code: 'MACHINE_AMBIGUOUS'}}])
  }
})

test('a port is part of the name of a host, and leads back to it', async () => {
  const {context} = createHostsWorld([record({host: 'h1:2222'})], {h1: []})
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
  const report = await runStop({...words, how: 'poweroff'}, context, styleOf())
  expect(report.stdout).toMatch(/^h1:2222 /m)
})
