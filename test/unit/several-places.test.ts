import {readFileSync} from 'node:fs'
import {Ajv2020} from 'ajv/dist/2020.js'
import {describe, expect, test} from 'vitest'
import {runClassic} from '../../src/app/run-classic.js'
import {runStart, runStop, type StartWords, type StopWords} from '../../src/app/run-today.js'
import {whyMachine} from '../../src/app/why-machine.js'
import {ConnectError, PreconditionError} from '../../src/domain/errors.js'
import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import type {EnumeratedMachine, Outcome, RunningMachine} from '../../src/domain/outcome.js'
import type {AppContext, Driver, HostSession} from '../../src/domain/ports.js'
import type {Report} from '../../src/domain/report.js'
import type {WhyAnswer} from '../../src/domain/why-answer.js'
import {createMemoryGroups} from '../fakes/memory-groups.js'
import {createMemoryInventory} from '../fakes/memory-inventory.js'
import {timesYardstick} from '../fakes/yardstick.js'
import {found, machine, now, record, styleOf} from '../golden/report/samples.js'

const schema = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'))
const validate = new Ajv2020({strict: true}).addSchema(schema('plan')).compile(schema('report'))

/** What runs on the hosts that answer. Starts and stops change it, as they would there. */
type World = Record<string, RunningMachine[]>

interface More {
  /** What lies on the hosts. */
  readonly stored?: Readonly<Record<string, readonly EnumeratedMachine[]>>
  /** Hosts that show an account its own processes only. */
  readonly hidden?: readonly string[]
  readonly signal?: AbortSignal
}

function contextOf(records: readonly InventoryRecord[], world: World, more: More = {}) {
  const done: string[] = []
  const of = (host: string) => world[host] ?? []
  const driver: Driver = {
    type: 'QEMU',
    actions: {
      probe: {run: () => Promise.reject(new Error('not asked for'))},
      list: {
        run: async ({target}) => {
          done.push(`list ${target.host}`)
          const hidden = more.hidden?.includes(target.host) === true
          return {kind: 'list', machines: of(target.host), ...(hidden && {hidden})}
        },
      },
      enumerate: {
        run: async ({target}) => {
          done.push(`enumerate ${target.host}`)
          return {...found(), rejects: [], unsearched: [], machines: more.stored?.[target.host] ?? []}
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
    signal: more.signal ?? new AbortController().signal,
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

async function start(
  records: readonly InventoryRecord[],
  world: World,
  more: Partial<StartWords> = {},
  around: More = {},
) {
  const {context, done} = contextOf(records, world, around)
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
    const {context, done} = contextOf(shared, {h1: [], h2: [machine()]})
    const call = {type: 'qemu', action: 'create=l:web01', targets: ['h1'], dryRun: false}
    expect(summary(await runClassic(call, context, styleOf()))).toEqual(['h1 ALREADY_RUNNING'])
    expect(done).toEqual(['list h2'])
    const known = contextOf(shared, {h1: []})
    const told = summary(await runClassic({...call, notOn: ['h2']}, known.context, styleOf()))
    expect(told).toEqual(['h1 ok'])
  })
})

describe('never two copies: what could be taken for "off" is not', () => {
  const uuid = record().uuid
  const stored = {
    h2: [{type: 'QEMU', label: 'web01', id: '/nfs/web01/web01.ctys', uuid, disks: [disks], interfaces: [{}]}],
  }

  test('a host the inventory has no record of is asked what lies there', async () => {
    const {summary: told, done} = await start([record({disks})], {h1: [machine()], h2: []}, {targets: ['h2']}, {stored})
    expect(told).toEqual(['h2 ALREADY_RUNNING'])
    expect(done).toEqual(['enumerate h2', 'list h1'])
    const both = await start([record({disks})], {h1: [], h2: []}, {targets: ['h1', 'h2']}, {stored})
    expect(both.summary).toEqual(['h1 MACHINE_AMBIGUOUS', 'h2 MACHINE_AMBIGUOUS'])
  })

  test('-c off does not switch it off', async () => {
    const {context} = contextOf(shared, {h1: [machine()], h2: []}, {stored})
    const call = {type: 'qemu', action: 'create=l:web01', targets: ['h2'], dryRun: false, inventoryUse: 'off'}
    expect(summary(await runClassic(call, context, styleOf()))).toEqual(['h2 ALREADY_RUNNING'])
  })

  test('a host that hides processes may run it', async () => {
    const around = {hidden: ['h2']}
    const {summary: told, report} = await start(shared, {h1: [], h2: []}, {targets: ['h1']}, around)
    expect(told).toEqual(['h1 MAY_RUN_ELSEWHERE'])
    expect(report.stderr).toContain('PROCESSES_HIDDEN')
    await expect(start(shared, {h1: [], h2: []}, {}, around)).rejects.toMatchObject({code: 'MAY_RUN_ELSEWHERE'})
    expect((await start(shared, {h1: [], h2: [machine()]}, {mode: 'reuse'}, around)).summary).toEqual(['h2 ok'])
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
    await expect(start(shared, {h1: [], h2: []}, {}, {signal})).rejects.toMatchObject({code: 'INTERRUPTED'})
    await expect(start(shared, {h1: [], h2: []}, {targets: ['h1']}, {signal})).rejects.toMatchObject({
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

test('why says what the command says', async () => {
  const two = [record({tcp: '10.0.0.1'}), record({id: '/vm/b/b.ctys', uuid: 'b'.repeat(32), tcp: '10.0.0.2'})]
  const third = record({label: 'db', id: '/vm/db/db.ctys', uuid: 'c'.repeat(32), tcp: '10.0.0.1'})
  const {context} = contextOf([...two, third], {})
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
  const {context} = contextOf([record({host: 'h1:2222'})], {h1: []})
  const words = {type: 'qemu', machine: 'web01', targets: [], dryRun: true, force: false, graceMs: 0}
  const report = await runStop({...words, how: 'poweroff'}, context, styleOf())
  expect(report.stdout).toMatch(/^h1:2222 /m)
})
