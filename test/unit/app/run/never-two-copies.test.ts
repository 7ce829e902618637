import {describe, expect, test} from 'vitest'
import {runClassic} from '../../../../src/app/run/run-classic.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import {classicCall} from '../../../fakes/classic-call.js'
import {createHostsWorld} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {disks, other, shared, start, summary} from '../../../fakes/start-stop.js'
import {machine, record} from '../../../golden/report/samples.js'

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
    const call = classicCall('-t', 'qemu', '-a', 'create=l:web01', 'h1')
    expect(summary(printed(await runClassic(call, context)))).toEqual(['h1 ALREADY_RUNNING'])
    expect(done()).toEqual(['list h2'])
    const known = createHostsWorld(shared, {h1: []})
    const told = summary(printed(await runClassic({...call, notOn: ['h2']}, known.context)))
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
    const call = classicCall('-t', 'qemu', '-a', 'create=l:web01', '-c', 'off', 'h2')
    expect(summary(printed(await runClassic(call, context)))).toEqual(['h2 ALREADY_RUNNING'])
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

  test.each([[{label: 'web01'}], [{label: 'x', macs: [record().mac]}], [{label: '', macs: [record().mac]}]])(
    'a process without UUID and configuration may be it: %j',
    async (facts) => {
      const nameless = machine({id: '', uuid: '', macs: [], ...facts})
      const {summary: told} = await start(shared, {h1: [], h2: [nameless]}, {targets: ['h1']})
      expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    },
  )

  test('a process with nothing that says what it is stops nothing', async () => {
    const nameless = machine({id: '', uuid: '', macs: [], label: '', proof: 'user'})
    expect((await start(shared, {h1: [], h2: [nameless]}, {targets: ['h1']})).summary).toEqual(['h1 ok'])
    expect((await start(shared, {h1: [], h2: [nameless]})).summary).toEqual(['h1 ok'])
  })

  test('one host under two names is no other host', async () => {
    const running = {running: [machine()], hostId: 'boot pid'}
    const one = await start(shared, {h1: running, h2: running}, {targets: ['h1']})
    expect(one.report.stderr).not.toContain('h2')
    expect(one.summary).toEqual(['h1 ALREADY_RUNNING'])
    expect(one.done).toEqual(['list h2', 'list h1', expect.stringMatching(/^create h1/)])
    const off = {running: [other(3)], hostId: 'boot pid'}
    expect((await start(shared, {h1: off, h2: off}, {targets: ['h1']})).summary).toEqual(['h1 ok'])
    const chosen = await start(shared, {h1: off, h2: off, h3: {running: [], hostId: 'other pid'}})
    expect(chosen.summary).toEqual(['h1 ok'])
  })

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
