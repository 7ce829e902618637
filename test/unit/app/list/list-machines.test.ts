import {expect, test} from 'vitest'
import {type ListInput, listMachines} from '../../../../src/app/list/list-machines.js'
import type {InventoryRecord} from '../../../../src/domain/inventory/inventory-record.js'
import type {ListedMachine} from '../../../../src/domain/machine/listed-machine.js'
import type {Result} from '../../../../src/domain/results/result.js'
import type {RunningMachine} from '../../../../src/domain/work/answers.js'
import {ownHost} from '../../../../src/lib/host-name.js'
import {createHostsWorld, type WorldHosts} from '../../../fakes/hosts-world.js'
import {printed} from '../../../fakes/printed.js'
import {expectSchema} from '../../../fakes/schemas.js'
import {foreign, machine, record} from '../../../golden/report/samples.js'

const uuid = (n: number) => String(n).padStart(32, '0')

/** A machine that lies on a host; those of one number are one machine. */
function known(host: string, label: string, n: number, changes: Partial<InventoryRecord> = {}): InventoryRecord {
  const id = `/vm/${label}/${label}.ctys`
  return record({host, label, id, uuid: uuid(n), mac: `00:50:56:00:00:0${n}`, tcp: `10.0.0.${n}`, ...changes})
}

function process(label: string, n: number, changes: Partial<RunningMachine> = {}): RunningMachine {
  return machine({label, id: `/vm/${label}/${label}.ctys`, uuid: uuid(n), pid: 100 + n, macs: [], ...changes})
}

async function list(
  records: readonly InventoryRecord[],
  hosts: WorldHosts,
  input: Partial<ListInput> = {},
  more: Parameters<typeof createHostsWorld>[2] = {},
) {
  const {context, log} = createHostsWorld(records, hosts, more)
  const asked = {type: 'ALL', targets: [], dryRun: false, running: false, ...input}
  const report = printed(await listMachines(asked, context))
  expectSchema('report', report.json)
  const {machines = []} = report.json as {machines?: readonly ListedMachine[]}
  const states = machines.map(({host, label, ...rest}) =>
    [host, label || '-', rest.status === 'running' ? rest.process.state : rest.status].join(' '),
  )
  const rows = report.stdout.split('\n').slice(1, -1)
  return {...report, machines, states, rows, log, asked: log.filter((line) => line.startsWith('open'))}
}

test('what is recorded and off, what runs, what is foreign and what is not known are all listed', async () => {
  const records = [
    known('h1', 'web10', 1),
    known('h1', 'web02', 2),
    known('h2', 'db01', 3, {observedAt: '2026-03-14T10:00:00Z'}),
    known('h1', 'h1', 4, {type: 'PM'}),
  ]
  const running = [process('web02', 2), machine(foreign), process('new01', 5)]
  const {states, stdout, stderr, exitCode} = await list(records, {h1: {running}})
  expect(states).toEqual([
    'h1 buildvm running',
    'h1 new01 running',
    'h1 web02 running',
    'h1 web10 off',
    'h2 db01 unknown',
  ])
  expect(stdout).toMatch(/^h1 +buildvm +running .* foreign$/m)
  expect(stdout).toMatch(/^h1 +web10 +off +- +- +- +- +- +10\.0\.0\.1 +-$/m)
  expect(stdout).toMatch(/^h2 +db01 +unknown .* recorded 2h ago$/m)
  expect(stderr).toContain('h2: CONNECT_TIMEOUT')
  expect(exitCode).toBe(4)
})

test('nobody named is every host of the inventory in order, each once; hosts named are those', async () => {
  const records = [known('h10', 'a', 1), known('h2', 'b', 2), known(ownHost, 'c', 3), known('h2', 'd', 4)]
  const hosts = {h10: [], h2: [], localhost: []}
  expect((await list(records, hosts)).asked).toEqual(['open h2', 'open h10', 'open localhost'])
  expect((await list(records, hosts, {targets: ['@all'], user: 'root'})).asked).toEqual([
    'open root@h2',
    'open root@h10',
    'open root@localhost',
  ])
  const {asked, states} = await list(records, hosts, {targets: ['h2']})
  expect([asked, states]).toEqual([['open h2'], ['h2 b off', 'h2 d off']])
})

test('this machine only while the inventory is empty; @all typed then is an error', async () => {
  const {asked, stderr} = await list([], {localhost: []})
  expect(asked).toEqual(['open localhost'])
  expect(stderr).toContain('no machine runs or is recorded on localhost')
  await expect(list([], {localhost: []}, {targets: ['@all']})).rejects.toMatchObject({code: 'USAGE'})
})

test('a file of the group all says who @all is', async () => {
  const {asked} = await list([known('h1', 'a', 1)], {h7: []}, {}, {groups: {all: ['h7']}})
  expect(asked).toEqual(['open h7'])
})

test('a name of the inventory that no host can have is one host that failed', async () => {
  const records = [known('h1', 'a', 1), known('-oProxyCommand=x', 'b', 2), known('', 'c', 3)]
  const {states, asked, stderr, exitCode} = await list(records, {h1: []})
  expect(asked).toEqual(['open h1'])
  expect(states).toEqual(['h1 a off', ' c unknown', '-oproxycommand=x b unknown'])
  expect(stderr).toContain('NAME_NOT_RESOLVED: the inventory has a host it cannot ask')
  expect(exitCode).toBe(4)
})

test('where not all is shown nothing is off', async () => {
  const {states} = await list([known('h1', 'a', 1), known('h2', 'b', 2)], {
    h1: {running: [], hidden: true},
    h2: {running: [], wedged: true},
  })
  expect(states).toEqual(['h1 a unknown', 'h2 b unknown'])
})

test.each([
  ['by its path', process('a', 9), 'running', 1],
  ['by its UUID, where it runs from another path', process('x', 1), 'running', 1],
  ['by its UUID, where it shows no path', machine({...foreign, uuid: uuid(1)}), 'running', 1],
  ['not by words alone', process('a', 1, {proof: 'none'}), 'off', 2],
  [
    'not by its name alone, where it is somebody else’s',
    machine({...foreign, label: 'a', uuid: '', proof: 'none'}),
    'off',
    2,
  ],
  ['not where it has its name alone', machine({...foreign, label: 'a', uuid: ''}), 'unknown', 2],
])('a process is a recorded machine %s', async (_, running, status, rows) => {
  const {machines} = await list([known('h1', 'a', 1)], {h1: [{...running, tcps: []}]})
  expect(machines).toHaveLength(rows)
  expect(machines.find(({observedAt}) => observedAt !== undefined)).toMatchObject({tcps: ['10.0.0.1'], status})
})

test('a machine with several places that is off here and runs there says so', async () => {
  const disks = 'nfs:x/1:7'
  const records = [
    known('h1', 'a', 1, {disks}),
    known('h2', 'a', 1, {disks}),
    known('h3', 'a', 1, {disks: 'nfs:x/1:8'}),
  ]
  const {rows, machines} = await list(records, {h1: [process('a', 1)], h2: [], h3: []})
  expect(rows[1]).toMatch(/^h2 +a +off .* runs on h1$/)
  expect(machines[2]).not.toHaveProperty('runsOn')
})

test('a type without a driver is listed, and not asked for', async () => {
  const {rows} = await list([known('h1', 'dom', 1, {type: 'XEN'}), known('h1', 'vm', 2)], {h1: []}, {})
  expect(rows[0]).toMatch(/^h1 +dom +not asked .* Xen$/)
  expect((await list([known('h1', 'dom', 1, {type: 'XEN'})], {h1: []}, {type: 'qemu'})).states).toEqual([])
})

test('with --running what runs, as ever; -n asks nobody', async () => {
  const {stdout, json} = await list([known('h1', 'a', 1)], {h1: [process('b', 2)]}, {running: true})
  expect(stdout).not.toContain(' a ')
  expect(json).not.toHaveProperty('machines')
  const plan = await list([known('h1', 'a', 1), known('h2', 'b', 2)], {}, {dryRun: true})
  expect([plan.log, plan.exitCode]).toEqual([[], 0])
})

test('an inventory that cannot be read does not hide what runs', async () => {
  const {context} = createHostsWorld([], {h1: [process('b', 2)]})
  const broken = await import('../../../../src/domain/errors.js').then(({ConfigError}) => async () => {
    throw new ConfigError('INVENTORY_IO', 'it is a directory')
  })
  const inventory = {...context.inventory, holding: broken, all: broken}
  const words = {type: 'ALL', targets: ['h1'], dryRun: false, running: false}
  const {stdout, stderr, exitCode} = printed(await listMachines(words, {...context, inventory}))
  expect(stdout).toMatch(/^h1 +b +running/m)
  expect(stderr).toContain('INVENTORY_IO: it is a directory')
  expect(exitCode).toBe(4)
})

test('whoever looks sees the rows of a host when it has answered', async () => {
  const {context} = createHostsWorld([known('h1', 'a', 1), known('h2', 'b', 2)], {h1: [], h2: []})
  const seen: string[] = []
  const words = {type: 'ALL', targets: ['h2', 'h1'], dryRun: false, running: false}
  const preview = (result: () => Result) => void seen.push(printed(result()).stdout)
  const {stdout} = printed(await listMachines(words, {...context, preview}))
  expect(seen).toHaveLength(2)
  expect(seen[0]?.split('\n')).toHaveLength(3)
  expect(seen[1]).toBe(stdout)
})
