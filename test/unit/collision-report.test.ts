import {expect, test} from 'vitest'
import type {InventoryRecord} from '../../src/domain/inventory-record.js'
import {collisionSection} from '../../src/report/collision-section.js'
import {findCollisions} from '../../src/resolve/collisions.js'
import {record} from '../fixtures/inventory/make-records.js'

const style = {width: undefined, color: false, terse: false, json: false, verbose: false, now: new Date(0)}
const mac = '52:54:00:AA:BB:01'
const uuid = 'a'.repeat(32)
const web = record({label: 'web01', mac})
const check = (records: readonly InventoryRecord[], terse = false) =>
  collisionSection(findCollisions(records), {...style, terse})

test('two machines with one MAC address stand below each other', () => {
  const section = check([web, record({label: 'db01', host: 'h2', mac})])
  expect(section.stdout.split('\n').slice(1, 3)).toEqual([
    `mac     ${mac}  h1    web01  /vm/web01/web01.ctys`,
    `mac     ${mac}  h2    db01   /vm/db01/db01.ctys`,
  ])
  expect(section.stderr).toEqual([expect.stringMatching(/^1 collision:/)])
})

test('copies of one machine are told, and are no fault', () => {
  const section = check([
    {...web, uuid},
    {...web, uuid, host: 'h2'},
  ])
  expect(section.stdout).toContain('same-machine')
  expect(section.stderr).toEqual([expect.stringMatching(/^1 machine known at several places/)])
})

test('nothing shared is nothing said', () => {
  expect(check([web], true)).toEqual({stdout: '', stderr: []})
})

test('records are separated by semicolons, and a hostile label cannot break them', () => {
  const section = check([web, record({label: 'a;\u001b[2J', host: 'h2', mac})], true)
  for (const line of section.stdout.trim().split('\n')) expect(line.split(';')).toHaveLength(5)
  expect(section.stdout).not.toContain('\u001b')
})
