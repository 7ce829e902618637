import {readFileSync} from 'node:fs'
import {Ajv2020} from 'ajv/dist/2020.js'
import {expect, test} from 'vitest'
import {type ShowWords, showMachine} from '../../src/app/show-machine.js'
import {ConnectError} from '../../src/domain/errors.js'
import {type InventoryRecord, recordFields} from '../../src/domain/inventory-record.js'
import type {MachineView} from '../../src/domain/machine-view.js'
import type {EnumerateData, Outcome, RunningMachine} from '../../src/domain/outcome.js'
import type {AppContext, Driver, HostSession} from '../../src/domain/ports.js'
import {factGroups} from '../../src/report/show-report.js'
import {createMemoryGroups} from '../fakes/memory-groups.js'
import {createMemoryInventory} from '../fakes/memory-inventory.js'
import {found, machine, now, record, styleOf} from '../golden/report/samples.js'

const schema = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'))
const validate = new Ajv2020({strict: true}).addSchema(schema('plan')).compile(schema('report'))

/** What the hosts of a test run and hold; a host that is not here cannot be reached. */
interface World {
  readonly running: Readonly<Record<string, readonly RunningMachine[]>>
  readonly stored?: EnumerateData
  /** On every host: what its list says of itself. */
  readonly says?: {readonly hidden?: true; readonly wedged?: true}
}

function contextOf(records: readonly InventoryRecord[], {running, stored = found(), says}: World) {
  const asked: string[] = []
  const driver: Driver = {
    type: 'QEMU',
    actions: {
      probe: {run: () => Promise.reject(new Error('not asked for'))},
      list: {
        run: async ({target}) => {
          asked.push(`list ${target.host}`)
          return {kind: 'list', machines: running[target.host] ?? [], ...says}
        },
      },
      enumerate: {
        run: async ({target, action}, {memory}) => {
          if (memory !== undefined) throw new Error('the memory of scans must stay as it is')
          asked.push(`enumerate ${target.host} ${action.kind === 'enumerate' ? action.basePaths.join() : ''}`)
          return stored
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
        if (running[target.host] === undefined) throw new ConnectError('CONNECT_TIMEOUT', 'no answer')
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
    memory: {load: async () => undefined, save: async () => {}, renew: async () => {}},
    limits: {fanout: 4},
    signal: new AbortController().signal,
    emit: () => {},
    now: () => now,
    localName: 'here',
  }
  return {context, asked}
}

async function show(records: readonly InventoryRecord[], world: World, more: Partial<ShowWords> = {}) {
  const {context, asked} = contextOf(records, world)
  const words = {machine: 'web01', type: 'qemu', targets: [], dryRun: false, offline: false, ...more}
  const report = await showMachine(words, context, styleOf())
  expect(validate(report.json), JSON.stringify(validate.errors)).toBe(true)
  const {machine: view, outcomes} = report.json as {machine: MachineView; outcomes: readonly Outcome[]}
  return {report, view, outcomes, asked}
}

const copy = record({host: 'h2'})

test('what runs stands beside what is recorded', async () => {
  const {report, view} = await show([record()], {running: {h1: [machine()]}})
  expect(view).toMatchObject({live: [{host: 'h1', status: 'running', machine: {pid: 1234}}], differences: []})
  expect(report.stdout).toContain('web01 on h1: running (observed 3m ago, from scan)')
  expect(report.stdout).toMatch(/^interface +mac +00:50:56:13:11:33 +00:50:56:13:11:33$/m)
  expect(report.stdout).toMatch(/^live +QEMU +- +7\.2\.0/m)
  expect(report.exitCode).toBe(0)
})

test('a host that does not answer is unknown with its code, never off', async () => {
  const {report, view} = await show([record()], {running: {}})
  expect(view.live).toEqual([{host: 'h1', status: 'unknown', code: 'CONNECT_TIMEOUT'}])
  expect(report.stdout).toContain('unknown (CONNECT_TIMEOUT)')
  expect(report.stdout).not.toContain('not running')
  expect(report.exitCode).toBe(1)
})

test.each([
  [{hidden: true}, 'PROCESSES_HIDDEN'],
  [{wedged: true}, 'STORAGE_WEDGED'],
] as const)('on a host that says %j what is not seen is unknown, what is seen runs', async (says, code) => {
  const {report, view} = await show([record()], {running: {h1: []}, says})
  expect(view.live).toEqual([{host: 'h1', status: 'unknown', code}])
  expect(report.stdout).toContain(`unknown (${code})`)
  const seen = await show([record()], {running: {h1: [machine()]}, says})
  expect(seen.view.live).toMatchObject([{status: 'running'}])
})

test.each([
  [{accelerator: 'KVM'}, {accelerator: 'QEMU'}, {field: 'accelerator', recorded: 'KVM', live: 'QEMU'}],
  [{mac: '00:50:56:00:00:09'}, {}, {field: 'mac', recorded: '00:50:56:00:00:09', live: '00:50:56:13:11:33'}],
  [{}, {label: 'other'}, {field: 'label', recorded: 'web01', live: 'other'}],
  [{}, {id: '/old/web01.ctys'}, {field: 'id', recorded: '/vm/web01/web01.ctys', live: '/old/web01.ctys'}],
  [{}, {uuid: 'f0'.repeat(16)}, {field: 'uuid', live: 'f0'.repeat(16)}],
  [{arch: 'i386'}, {}, {field: 'arch', recorded: 'i386', live: 'x86_64'}],
  [{vncDisplay: '7'}, {}, {field: 'vncDisplay', recorded: '7', live: '3'}],
])('recorded %j and live %j disagree', async (recorded, live, difference) => {
  const {report, view} = await show([record(recorded)], {running: {h1: [machine(live)]}})
  expect(view.differences).toMatchObject([{host: 'h1', ...difference}])
  expect(report.stdout).toMatch(/differs$/m)
})

test.each([
  [{accelerator: 'TCG'}, {accelerator: 'QEMU'}],
  [{uuid: '462A9F2F-E2C4-44A9-91C0-F66E95714687'}, {}],
  [{mac: '00-50-56-13-11-33'}, {}],
  [{mac: ''}, {}],
  [{}, {macs: []}],
])('%j and %j are the same or unknown', async (recorded, live) => {
  const {view} = await show([record(recorded)], {running: {h1: [machine(live)]}})
  expect(view.differences).toEqual([])
})

test('one machine on two hosts is asked for on both, and where it runs is said', async () => {
  const {report, view, asked} = await show([record(), copy], {running: {h1: [], h2: [machine()]}})
  expect([...asked].sort()).toEqual(['list h1', 'list h2'])
  expect(view.live).toMatchObject([
    {host: 'h1', status: 'notRunning'},
    {host: 'h2', status: 'running'},
  ])
  expect(view.differences).toEqual([{host: 'h1', field: 'host', recorded: 'h1', live: 'h2'}])
  expect(report.stdout).toMatch(/^placement +host +h1 +h2 +runs elsewhere$/m)
})

test('a machine that runs twice is a warning', async () => {
  const {report, view} = await show([record(), copy], {running: {h1: [machine()], h2: [machine({pid: 99})]}})
  expect(view.differences).toMatchObject([{field: 'host', live: 'h1 (pid 1234), h2 (pid 99)'}])
  expect(report.stderr).toContain('one machine runs 2 times: h1 (pid 1234), h2 (pid 99)')
})

test('the same UUID under another label is another path of the machine', async () => {
  const {view} = await show([record(), record({host: 'h2', label: 'renamed'})], {running: {h1: [], h2: [machine()]}})
  expect(view.recorded.map(({host}) => host)).toEqual(['h1', 'h2'])
})

test('only the hosts named are asked, as the user that was named', async () => {
  const {view, asked, outcomes} = await show([record(), copy], {running: {h2: []}}, {targets: ['root@h2']})
  expect(asked).toEqual(['list h2'])
  expect(view.recorded.map(({host}) => host)).toEqual(['h2'])
  expect(outcomes).toMatchObject([{host: 'root@h2'}])
})

test('machines with different UUIDs are ambiguous', async () => {
  const other = record({host: 'h2', uuid: 'b'.repeat(32)})
  await expect(show([record(), other], {running: {}})).rejects.toMatchObject({code: 'MACHINE_AMBIGUOUS'})
  await expect(show([], {running: {}})).rejects.toMatchObject({code: 'MACHINE_NOT_FOUND'})
})

test.each([
  ['offline', {offline: true}, [record()]],
  ['a type without a driver', {}, [record({type: 'XEN'})]],
  ['a dry run', {dryRun: true, maxAge: '1s'}, [record()]],
])('%s contacts no host', async (_, more, records) => {
  const {report, asked} = await show(records, {running: {}}, more)
  expect(asked).toEqual([])
  expect(report).toMatchObject({exitCode: 0, stdout: expect.stringMatching(/web01 on h1|^HOST/)})
})

test('a record older than --max-age is looked at again, and only its directory', async () => {
  const {view, asked} = await show([record({dist: 'old'})], {running: {h1: []}}, {maxAge: '60s'})
  expect(asked).toEqual(['enumerate h1 /vm/web01', 'list h1'])
  expect(view.recorded).toMatchObject([{dist: '', observedAt: '2026-03-14T12:00:00Z'}])
})

test('a record younger than --max-age is taken as it is', async () => {
  const {asked} = await show([record()], {running: {h1: []}}, {maxAge: '5m'})
  expect(asked).toEqual(['list h1'])
})

test('a configuration that is gone is said to be gone', async () => {
  const stored = found({machines: [], files: 0, searched: ['/vm/web01']})
  await expect(show([record()], {running: {h1: []}, stored}, {maxAge: '0'})).rejects.toMatchObject({
    code: 'MACHINE_NOT_FOUND',
    message: expect.stringContaining('has no such configuration any more'),
  })
})

test('a host that cannot be asked again keeps its record', async () => {
  const {report, view, outcomes} = await show([record()], {running: {}}, {maxAge: '60s'})
  expect(view.recorded).toEqual([record()])
  expect(outcomes.map(({jobId, status}) => `${jobId} ${status}`)).toEqual(['refresh-1.1 failed', '1 failed'])
  expect(report.exitCode).toBe(1)
})

test.each([{maxAge: 'soon'}, {maxAge: '1m', offline: true}, {machine: 'x:y'}])('%j is a usage error', async (more) => {
  await expect(show([record()], {running: {}}, more)).rejects.toMatchObject({code: 'USAGE'})
})

test('hostile text of hosts and records is shown as escapes', async () => {
  const bad = '\u001b[2J\n;\u202e'
  const records = [record({label: bad, dist: bad, host: 'h1', source: bad}), record({label: bad, host: 'h2'})]
  const live = machine({label: bad, sport: bad, uid: bad, macs: [bad], version: bad})
  const {context} = contextOf(records, {running: {h1: [live], h2: [live]}})
  const words = {machine: '/vm/web01/web01.ctys', type: 'QEMU', targets: [], dryRun: false, offline: false}
  for (const style of [styleOf(), styleOf({terse: true}), styleOf({width: 60})]) {
    const {stdout, stderr} = await showMachine(words, context, style)
    expect(stdout).toContain('\\x1b[2J\\n')
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  }
})

test('every field of a record is in one group', () => {
  expect(Object.values(factGroups).flat().sort()).toEqual([...recordFields].sort())
})
