import {readFileSync} from 'node:fs'
import {Ajv2020} from 'ajv/dist/2020.js'
import {describe, expect, test} from 'vitest'
import {runClassic} from '../../src/app/run-classic.js'
import {runStart, runStop, type StartWords, type StopWords} from '../../src/app/run-today.js'
import {whyMachine} from '../../src/app/why-machine.js'
import {ConnectError, PreconditionError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import type {Outcome, RunningMachine} from '../../src/domain/outcome.js'
import type {AppContext, Driver, HostSession} from '../../src/domain/ports.js'
import type {Report} from '../../src/domain/report.js'
import {createMemoryGroups} from '../fakes/memory-groups.js'
import {createMemoryInventory} from '../fakes/memory-inventory.js'
import {machine, now, record, styleOf} from '../golden/report/samples.js'

const schema = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'))
const validate = new Ajv2020({strict: true}).addSchema(schema('plan')).compile(schema('report'))

/** What runs on the hosts that answer. Starts and stops change it, as they would there. */
type World = Record<string, RunningMachine[]>

function contextOf(records: readonly InventoryRecord[], world: World) {
  const done: string[] = []
  const of = (host: string) => world[host] ?? []
  const driver: Driver = {
    type: 'QEMU',
    actions: {
      probe: {run: () => Promise.reject(new Error('not asked for'))},
      list: {
        run: async ({target}) => {
          done.push(`list ${target.host}`)
          return {kind: 'list', machines: of(target.host)}
        },
      },
      create: {
        run: async ({target, action, record: known}) => {
          done.push(`create ${target.host} ${known?.id ?? '?'}`)
          const running = of(target.host).find(({uuid}) => uuid === known?.uuid)
          if (running === undefined) world[target.host] = [...of(target.host), machine({id: known?.id ?? ''})]
          else if (action.kind === 'create' && action.mode === 'new') {
            throw new PreconditionError('ALREADY_RUNNING', 'it runs here')
          }
          return {kind: 'create', reused: running !== undefined, machine: running ?? machine(), log: ''}
        },
      },
      cancel: {
        run: async ({target}) => {
          done.push(`cancel ${target.host}`)
          return {kind: 'cancel', machines: []}
        },
      },
    },
  }
  const context: AppContext = {
    inventory: createMemoryInventory(records),
    macmap: {location: 'none', read: async () => ({entries: [], rejects: []}), merge: async () => []},
    groups: createMemoryGroups(),
    drivers: new Map([['QEMU', driver]]),
    transport: {
      name: 'ssh',
      open: async (target) => {
        if (world[target.host] === undefined) throw new ConnectError('CONNECT_TIMEOUT', 'no answer')
        const unused = () => Promise.reject(new Error('the driver of this test runs nothing'))
        const session: HostSession = {
          target,
          exec: unused,
          script: unused,
          connectSocket: unused,
          close: async () => {},
        }
        return session
      },
      close: async () => {},
    },
    limits: {fanout: 4},
    signal: new AbortController().signal,
    emit: () => {},
    now: () => now,
    localName: 'here',
  }
  return {context, done}
}

function summary(report: Report) {
  expect(validate(report.json), JSON.stringify(validate.errors)).toBe(true)
  const {outcomes} = report.json as {outcomes: readonly Outcome[]}
  return outcomes.map((outcome) => `${outcome.host} ${'error' in outcome ? outcome.error.code : outcome.status}`)
}

async function start(records: readonly InventoryRecord[], world: World, more: Partial<StartWords> = {}) {
  const {context, done} = contextOf(records, world)
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
  return {report, done, summary: summary(report), world}
}

async function stop(records: readonly InventoryRecord[], world: World, more: Partial<StopWords> = {}) {
  const {context, done} = contextOf(records, world)
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: false, how: 'poweroff', force: false, graceMs: 0}
  const report = await runStop({...words, how: 'poweroff', ...more}, context, styleOf())
  return {report, done, summary: summary(report)}
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
      message: 'l:web01 may run on h2, which did not answer',
      hint: 'if you know that it does not run there: --not-on h2',
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
    expect(report.stderr).toContain('runs on h2 already (process 1234')
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
    const {context, done} = contextOf(shared, {h1: [], h2: [machine()]})
    const call = {type: 'qemu', action: 'create=l:web01', targets: ['h1'], dryRun: false}
    expect(summary(await runClassic(call, context, styleOf()))).toEqual(['h1 ALREADY_RUNNING'])
    expect(done).toEqual(['list h2'])
    const known = contextOf(shared, {h1: []})
    const told = summary(await runClassic({...call, notOn: ['h2']}, known.context, styleOf()))
    expect(told).toEqual(['h1 ok'])
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

  test('never takes a silent host for one where it is off', async () => {
    await expect(stop(shared, {h1: []})).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
  })

  test('on a host with two paths of the machine takes the one seen last', async () => {
    const records = [record({disks}), record({id: '/nfs/web01/web01.ctys', disks, observedAt: '2026-03-14T11:59:59Z'})]
    const {context} = contextOf(records, {h1: []})
    const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
    const report = await runStop({...words, how: 'poweroff'}, context, styleOf())
    expect(report.stdout).toContain('/nfs/web01/web01.ctys')
  })
})

test('why tells the places and what a command would do', async () => {
  const {context} = contextOf(shared, {})
  const report = await whyMachine({words: ['web01'], type: 'QEMU'}, context, styleOf())
  expect(report.stdout).toContain('one machine at 2 paths')
  expect(report.stdout).toContain(
    'chosen because fewest machines recorded: h1 1, against h2 1; where it runs, if it does',
  )
  expect(validate(report.json), JSON.stringify(validate.errors)).toBe(true)
})

test('a port is part of the name of a host, and leads back to it', async () => {
  const {context} = contextOf([record({host: 'h1:2222'})], {h1: []})
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
  const report = await runStop({...words, how: 'poweroff'}, context, styleOf())
  expect(report.stdout).toMatch(/^h1:2222 /m)
})
