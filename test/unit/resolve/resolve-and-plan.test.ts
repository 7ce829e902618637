import {describe, expect, test} from 'vitest'
import {UsageError} from '../../../src/domain/errors.js'
import {emptyRecord, type InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import type {MachineAddress} from '../../../src/domain/machine/machine-address.js'
import {findByAddress} from '../../../src/domain/machine/machine-records.js'
import {isLabelWord, shortestUniqueAddresses} from '../../../src/domain/machine/unique-address.js'
import {readingHandler} from '../../../src/domain/work/handler.js'
import type {Request} from '../../../src/domain/work/request.js'
import {ownHost} from '../../../src/lib/host-name.js'
import {parseMachineWord} from '../../../src/parse/machine/parse-machine-word.js'
import {makePlan} from '../../../src/plan/make-plan.js'
import {resolveRequest as resolve} from '../../../src/resolve/resolve-request.js'

function record(facts: Partial<InventoryRecord>): InventoryRecord {
  return {...emptyRecord(), host: 'h1', type: 'QEMU', label: 'web01', id: '/vm/web01/web01.ctys', ...facts}
}

function cancel(machine: MachineAddress, more: Partial<Request> = {}): Request {
  const ask = {machine, how: 'poweroff', force: false, graceMs: 1000} as const
  return {type: 'QEMU', action: {verb: 'cancel', ask}, targets: [{host: 'h1'}], inventoryUse: 'on', ...more}
}

/** As the use case does it: the inventory answers with the machines that fit. */
function resolveRequest(request: Request, records: readonly InventoryRecord[]) {
  const {ask} = request.action
  const machine = 'machine' in ask && ask.machine !== 'all' ? ask.machine : {}
  const known = request.inventoryUse === 'off' ? [] : findByAddress(records, machine)
  return resolve(request, {known, drivers: new Map([['QEMU', {}]])})
}

const twoPaths = [
  record({id: '/vm/web01/web01.ctys', uuid: 'a'.repeat(32)}),
  record({id: '/old/web01/web01.ctys', uuid: 'b'.repeat(32)}),
]

test.each([
  ['web01', 'l:web01'],
  ['a,b', `u:${'a'.repeat(32)}`],
  ['a\nb', `u:${'a'.repeat(32)}`],
  ['caf\ufffd', `u:${'a'.repeat(32)}`],
  ['-rf', 'l:-rf'],
])('the address of a machine called %j is one that is read as it is: %s', (label, address) => {
  const machine = {label, id: '/vm/x.ctys', uuid: 'a'.repeat(32), macs: [], tcps: []}
  expect(shortestUniqueAddresses([machine])).toEqual([address])
})

test('a path with a comma is an address by itself', () => {
  const machine = {label: 'a,b', id: '/vm/a,b.ctys', uuid: '', macs: [], tcps: []}
  expect(shortestUniqueAddresses([machine])).toEqual(['/vm/a,b.ctys'])
})

test.each([
  ['web01', true],
  ['web 01', true],
  ['a,b', true],
  ['-rf', false],
  ['/vm', false],
  ['u:1', false],
  ['h[1]', false],
  ['a\nb', false],
  ['', false],
])('%j alone is read as a label: %s', (label, isLabel) => {
  expect(isLabelWord(label)).toBe(isLabel)
  const faults: string[] = []
  if (isLabel) expect([parseMachineWord(label, faults), faults]).toEqual([{label}, []])
})

describe('resolving', () => {
  test('a machine of the target host is found, the other hosts are left alone', () => {
    const records = [record({host: 'h2'}), record({mac: '00:50:56:00:00:01'}), record({mac: '00:50:56:00:00:02'})]
    const [resolution] = resolveRequest(cancel({label: 'web01'}), records)
    expect(resolution).toMatchObject({ok: true, record: {host: 'h1'}})
  })

  test.each([
    [{mac: '00:50:56:00:00:02'}],
    [{tcp: '10.0.0.2'}],
    [{tcp: 'WEB01.example'}],
    [{uuid: '0123456789abcdef0123456789abcdef'}],
    [{path: '/vm/web01/web01.ctys'}],
    [{filename: 'web01/w'}],
    [{label: 'web01', basePaths: ['/vm']}],
  ])('the second interface counts for %j', (machine) => {
    const uuid = '01234567-89AB-cdef-0123-456789abcdef'
    const records = [
      record({uuid}),
      record({uuid, mac: '00:50:56:00:00:02', tcp: '10.0.0.2', netName: 'web01.example'}),
    ]
    const [resolution] = resolveRequest(cancel(machine), records)
    expect(resolution).toMatchObject({ok: true, record: {id: '/vm/web01/web01.ctys'}})
  })

  test('what the inventory does not know is searched on the host', () => {
    const [resolution] = resolveRequest(cancel({label: 'nobody'}), [record({})])
    expect(resolution).toEqual({ok: true, target: {host: 'h1'}, action: expect.anything()})
  })

  test('with -c only it is an error that says where the machine is known', () => {
    const request = cancel({label: 'web01'}, {inventoryUse: 'only'})
    const [resolution] = resolveRequest(request, [record({host: 'h7'})])
    expect(resolution).toMatchObject({ok: false, error: {code: 'MACHINE_NOT_FOUND', details: ['known on h7']}})
  })

  test('with -c off the inventory is not asked', () => {
    const [resolution] = resolveRequest(cancel({label: 'web01'}, {inventoryUse: 'off'}), twoPaths)
    expect(resolution).toEqual({ok: true, target: {host: 'h1'}, action: expect.anything()})
  })

  test('two machines of one host that fit are an error with the shortest unique addresses', () => {
    const [resolution] = resolveRequest(cancel({label: 'web01'}), twoPaths)
    expect(resolution).toMatchObject({
      ok: false,
      error: {code: 'MACHINE_AMBIGUOUS', details: [`u:${'a'.repeat(32)}`, `u:${'b'.repeat(32)}`]},
    })
  })

  test('localhost is kept under the name of this machine', () => {
    const request = cancel({label: 'web01'}, {targets: [{host: 'localhost'}]})
    expect(resolveRequest(request, [record({host: ownHost})])[0]).toMatchObject({record: {host: ownHost}})
  })
})

test.each([
  [
    [{label: 'a'}, {label: 'b'}],
    ['l:a', 'l:b'],
  ],
  [
    [
      {label: 'a', tcps: ['10.0.0.1']},
      {label: 'a', tcps: ['10.0.0.2']},
    ],
    ['t:10.0.0.1', 't:10.0.0.2'],
  ],
  [
    [
      {label: 'a', id: '/x'},
      {label: 'a', id: '/y'},
    ],
    ['p:/x', 'p:/y'],
  ],
  [
    [{label: 'a'}, {label: 'a'}],
    ['l:a', 'l:a'],
  ],
])('the shortest unique addresses of %j', (machines, expected) => {
  const full = machines.map((machine) => ({id: '', uuid: '', macs: [], tcps: [], ...machine}))
  expect(shortestUniqueAddresses(full)).toEqual(expected)
})

describe('planning', () => {
  const cancelling = readingHandler<'cancel'>(() => Promise.reject(new Error('never run here')))
  const drivers = new Map([['QEMU', {type: 'QEMU', verbs: {cancel: cancelling}}]])
  const registry = {drivers, host: {}, scanned: []}

  test('tasks keep the order of the targets and refusals their place', () => {
    const request = cancel({label: 'web01'}, {targets: [{host: 'h1'}, {host: 'h2'}]})
    const plan = makePlan(request, resolveRequest(request, twoPaths), registry)
    expect(plan.tasks.map(({id, target}) => [id, target.host])).toEqual([['2', 'h2']])
    expect(plan.refused).toMatchObject([{taskId: '1', status: 'failed', phase: 'resolve'}])
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
  })

  test('a task without a record names the hosts on which the inventory knows the machine', () => {
    const request = cancel({label: 'web01'}, {targets: [{host: 'h1'}, {host: 'h2'}]})
    const plan = makePlan(request, resolveRequest(request, twoPaths.slice(0, 1)), registry)
    expect(plan.tasks.map(({record, knownOn}) => [record?.host, knownOn])).toEqual([
      ['h1', undefined],
      [undefined, ['h1']],
    ])
  })

  test.each([
    [{type: 'TAPE'}, 'unknown session type'],
    [{action: {verb: 'list', ask: {}}} as const, 'does not know list'],
  ])('%j stops before any connection', (more, fault) => {
    const request = cancel({label: 'web01'}, more)
    const plan = () => makePlan(request, resolveRequest(request, []), registry)
    expect(plan).toThrow(UsageError)
    expect(plan).toThrow(fault)
  })
})
