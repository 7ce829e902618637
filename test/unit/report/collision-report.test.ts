import {expect, test} from 'vitest'
import type {InventoryRecord} from '../../../src/domain/inventory/inventory-record.js'
import {findCollisions} from '../../../src/resolve/collisions.js'
import {printed} from '../../fakes/printed.js'
import {record} from '../../fixtures/inventory/make-records.js'
import {styleOf} from '../../golden/report/samples.js'

const mac = '52:54:00:AA:BB:01'
const uuid = 'a'.repeat(32)
const web = record({label: 'web01', mac})
const check = (records: readonly InventoryRecord[], terse = false) =>
  printed({kind: 'inventory check', files: [], collisions: findCollisions(records)}, styleOf({terse}))

test('two machines with one MAC address stand below each other', () => {
  const section = check([web, record({label: 'db01', host: 'h2', mac})])
  expect(section.stdout.split('\n').slice(1, 3)).toEqual([
    `mac     ${mac}  h1    web01  /vm/web01/web01.ctys`,
    `mac     ${mac}  h2    db01   /vm/db01/db01.ctys`,
  ])
  expect(section.stderr).toMatch(/^1 collision:/)
})

test('copies of one machine are told, and are no fault', () => {
  const section = check([
    {...web, uuid},
    {...web, uuid, host: 'h2'},
  ])
  expect(section.stdout).toContain('same-machine')
  expect(section.stderr).toMatch(/^1 machine known at several places/)
})

const checked = (records: readonly InventoryRecord[]) => {
  const file = {file: 'enum.fdb', format: 'fdb', records, faults: []} as const
  const {stdout, stderr, exitCode, json} = printed({
    kind: 'inventory check',
    files: [file],
    collisions: findCollisions(records),
  })
  return {stdout, stderr, exitCode, json: json as {collisions: readonly {severity: string}[]}}
}

test('one label on several hosts is a note, told and no fault', () => {
  const {stdout, stderr, exitCode, json} = checked([record({label: 'web01'}), record({label: 'WEB01', host: 'h2'})])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^label +web01 +h1 .*\nlabel +web01 +h2 /m)
  expect(stderr).toContain('1 label used on several hosts, which is no fault by itself\n')
  expect(stderr).not.toContain('collision')
  expect(json.collisions).toMatchObject([{kind: 'label', severity: 'note'}])
})

test('one label twice on a host is a collision, wherever else it is', () => {
  const twice = [record({label: 'web01'}), record({label: 'web01', host: 'H1', id: '/vm/other.ctys'})]
  for (const records of [twice, [record({label: 'web01', host: 'h2'}), ...twice]]) {
    const {stderr, exitCode, json} = checked(records)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('1 collision:')
    expect(json.collisions).toMatchObject([{kind: 'label', severity: 'collision'}])
  }
})

test('machines are counted without the host itself, records are lines', () => {
  const host = record({type: 'PM', label: 'h1', id: ''})
  const {stderr} = checked([web, {...web, mac: '52:54:00:AA:BB:02', ifName: '1'}, host])
  expect(stderr).toContain('enum.fdb: 1 machine in 3 records, 0 faults\n')
})

test('nothing shared is nothing said', () => {
  expect(check([web], true)).toMatchObject({stdout: '', stderr: ''})
})

test('records are separated by semicolons, and a hostile label cannot break them', () => {
  const section = check([web, record({label: 'a;\u001b[2J', host: 'h2', mac})], true)
  for (const line of section.stdout.trim().split('\n')) expect(line.split(';')).toHaveLength(5)
  expect(section.stdout).not.toContain('\u001b')
})
