import {expect, test} from 'vitest'
import {type ShowInput, showMachine} from '../../../../src/app/show/show-machine.js'
import {type InventoryRecord, recordFields} from '../../../../src/domain/inventory/inventory-record.js'
import type {MachineView} from '../../../../src/domain/machine/machine-view.js'
import type {Outcome} from '../../../../src/domain/work/outcome.js'
import {factGroups} from '../../../../src/report/show/show-view.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {expectSchema} from '../../../fakes/schemas.js'
import {found, machine, record, styleOf} from '../../../golden/report/samples.js'

async function show(records: readonly InventoryRecord[], hosts: WorldHosts, more: Partial<ShowInput> = {}) {
  const {context, log, done} = createHostsWorld(records, hosts)
  const words = {machine: 'web01', type: 'qemu', targets: [], dryRun: false, offline: false, ...more}
  const report = printed(await showMachine(words, context))
  expectSchema('report', report.json)
  const {machine: view, outcomes} = report.json as {machine: MachineView; outcomes: readonly Outcome[]}
  return {report, view, outcomes, log, asked: done()}
}

const copy = record({host: 'h2'})

test('what runs stands beside what is recorded', async () => {
  const {report, view} = await show([record()], {h1: [machine()]})
  expect(view).toMatchObject({live: [{host: 'h1', status: 'running', machine: {pid: 1234}}], differences: []})
  expect(report.stdout).toContain('web01 on h1: running (observed 3m ago, from scan)')
  expect(report.stdout).toMatch(/^interface +mac +00:50:56:13:11:33 +00:50:56:13:11:33$/m)
  expect(report.stdout).toMatch(/^live +QEMU +- +7\.2\.0/m)
  expect(report.exitCode).toBe(0)
})

test('a host that does not answer is unknown with its code, never off', async () => {
  const {report, view} = await show([record()], {})
  expect(view.live).toEqual([{host: 'h1', status: 'unknown', code: 'CONNECT_TIMEOUT'}])
  expect(report.stdout).toContain('unknown (CONNECT_TIMEOUT)')
  expect(report.stdout).not.toContain('not running')
  expect(report.exitCode).toBe(1)
})

test.each([
  [{hidden: true}, 'PROCESSES_HIDDEN'],
  [{wedged: true}, 'STORAGE_WEDGED'],
] as const)('on a host that says %j what is not seen is unknown, what is seen runs', async (says, code) => {
  const {report, view} = await show([record()], {h1: says})
  expect(view.live).toEqual([{host: 'h1', status: 'unknown', code}])
  expect(report.stdout).toContain(`unknown (${code})`)
  const seen = await show([record()], {h1: {running: [machine()], ...says}})
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
  const {report, view} = await show([record(recorded)], {h1: [machine(live)]})
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
  const {view} = await show([record(recorded)], {h1: [machine(live)]})
  expect(view.differences).toEqual([])
})

test('one machine on two hosts is asked for on both, and where it runs is said', async () => {
  const {report, view, asked} = await show([record(), copy], {h1: [], h2: [machine()]})
  expect([...asked].sort()).toEqual(['list h1', 'list h2'])
  expect(view.live).toMatchObject([
    {host: 'h1', status: 'notRunning'},
    {host: 'h2', status: 'running'},
  ])
  expect(view.differences).toEqual([{host: 'h1', field: 'host', recorded: 'h1', live: 'h2'}])
  expect(report.stdout).toMatch(/^placement +host +h1 +h2 +runs elsewhere$/m)
})

test('a machine that runs twice is a warning', async () => {
  const {report, view} = await show([record(), copy], {h1: [machine()], h2: [machine({pid: 99})]})
  expect(view.differences).toMatchObject([{field: 'host', live: 'h1 (pid 1234), h2 (pid 99)'}])
  expect(report.stderr).toContain('one machine runs 2 times: h1 (pid 1234), h2 (pid 99)')
})

test('the same UUID under another label is another path of the machine', async () => {
  const {view} = await show([record(), record({host: 'h2', label: 'renamed'})], {h1: [], h2: [machine()]})
  expect(view.recorded.map(({host}) => host)).toEqual(['h1', 'h2'])
})

test('only the hosts named are asked, as the user that was named', async () => {
  const {view, asked, outcomes} = await show([record(), copy], {h2: []}, {targets: ['root@h2']})
  expect(asked).toEqual(['list root@h2'])
  expect(view.recorded.map(({host}) => host)).toEqual(['h2'])
  expect(outcomes).toMatchObject([{host: 'root@h2'}])
})

test('machines with different UUIDs are ambiguous', async () => {
  const other = record({host: 'h2', uuid: 'b'.repeat(32)})
  await expect(show([record(), other], {})).rejects.toMatchObject({code: 'MACHINE_AMBIGUOUS'})
  await expect(show([], {})).rejects.toMatchObject({code: 'MACHINE_NOT_FOUND'})
})

test('a machine that lies on another host is said to lie there, and the next step keeps the host', async () => {
  await expect(show([record(), copy], {}, {targets: ['root@h3']})).rejects.toMatchObject({
    message: 'the inventory knows no l:web01 on root@h3; it lies on h1, h2',
    hint: 'ctys why l:web01 root@h3 says what comes near; ctys scan root@h3 if it is new',
  })
  await expect(show([], {})).rejects.toMatchObject({
    message: 'the inventory knows no l:web01',
    hint: 'ctys why l:web01 says what comes near; ctys scan HOST... if it is new',
  })
})

test('what runs on a host that was named, and is not recorded, is told with its process and the next step', async () => {
  const foreign = machine({managed: false, id: '', pid: 68})
  await expect(show([], {h2: [foreign, machine({label: 'other'})]}, {targets: ['h2']})).rejects.toMatchObject({
    code: 'MACHINE_NOT_FOUND',
    details: [expect.stringMatching(/^it runs on h2 all the same: process 68, user root, running, foreign$/)],
    hint: 'ctys list h2 shows it; to have it in the inventory: ctys adopt h2',
  })
  await expect(show([], {h2: []}, {targets: ['h2', 'h9']})).rejects.toMatchObject({
    details: ['whether it runs on h9 is not known: no way to h9'],
    hint: 'ctys why l:web01 h2 h9 says what comes near; ctys scan h2 h9 if it is new',
  })
  const ours = show([copy], {h2: [machine()], h3: [machine()]}, {targets: ['h3']})
  await expect(ours).rejects.toMatchObject({hint: expect.stringContaining('ctys scan h3 --base /vm/web01')})
})

test.each([
  ['offline', {offline: true}, [record()]],
  ['a type without a driver', {}, [record({type: 'XEN'})]],
  ['a dry run', {dryRun: true, maxAge: '1s'}, [record()]],
])('%s contacts no host', async (_, more, records) => {
  const {report, log} = await show(records, {}, more)
  expect(log).toEqual([])
  expect(report).toMatchObject({exitCode: 0, stdout: expect.stringMatching(/web01 on h1|^HOST/)})
})

test('a record older than --max-age is looked at again, and only its directory', async () => {
  const {view, asked} = await show([record({dist: 'old'})], {h1: {stored: found().machines}}, {maxAge: '60s'})
  expect(asked).toEqual(['enumerate h1 QEMU /vm/web01', 'list h1'])
  expect(view.recorded).toMatchObject([{dist: '', observedAt: '2026-03-14T12:00:00Z'}])
})

test('a record younger than --max-age is taken as it is', async () => {
  const {asked} = await show([record()], {h1: []}, {maxAge: '5m'})
  expect(asked).toEqual(['list h1'])
})

test('a configuration that is gone is said to be gone', async () => {
  await expect(show([record()], {h1: {stored: []}}, {maxAge: '0'})).rejects.toMatchObject({
    code: 'MACHINE_NOT_FOUND',
    message: expect.stringContaining('has no such configuration any more'),
  })
})

test('a host that cannot be asked again keeps its record', async () => {
  const {report, view, outcomes} = await show([record()], {}, {maxAge: '60s'})
  expect(view.recorded).toEqual([record()])
  expect(outcomes.map(({taskId, status}) => `${taskId} ${status}`)).toEqual(['refresh-1.1 failed', '1 failed'])
  expect(report.exitCode).toBe(1)
})

test.each([{maxAge: 'soon'}, {maxAge: '1m', offline: true}, {machine: 'x:y'}])('%j is a usage error', async (more) => {
  await expect(show([record()], {}, more)).rejects.toMatchObject({code: 'USAGE'})
})

test('hostile text of hosts and records is shown as escapes', async () => {
  const bad = '\u001b[2J\n;\u202e'
  const records = [record({label: bad, dist: bad, host: 'h1', source: bad}), record({label: bad, host: 'h2'})]
  const live = machine({label: bad, sport: bad, uid: bad, macs: [bad], version: bad})
  const {context} = createHostsWorld(records, {h1: [live], h2: [live]})
  const words = {machine: '/vm/web01/web01.ctys', type: 'QEMU', targets: [], dryRun: false, offline: false}
  for (const style of [styleOf(), styleOf({terse: true}), styleOf({width: 60})]) {
    const {stdout, stderr} = printed(await showMachine(words, context), style)
    expect(stdout).toContain('\\x1b[2J\\n')
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  }
})

test('every field of a record is in one group', () => {
  expect(Object.values(factGroups).flat().sort()).toEqual([...recordFields].sort())
})
