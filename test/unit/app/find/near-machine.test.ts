import {expect, test} from 'vitest'
import {nearMachine} from '../../../../src/app/find/near-machine.js'
import {emptyRecord} from '../../../../src/domain/inventory/inventory-record.js'

const machines: readonly (readonly [string, string, string?])[] = [
  ['web01', 'h1'],
  ['web01', 'h2'],
  ['web02', 'h1'],
  ['debian', 'h2'],
  ['hosta', 'hosta', 'PM'],
]
const records = machines.map(([label, host, type = 'QEMU']) => ({...emptyRecord(), label, host, type}))
const inventory = {all: async () => records}

test.each([
  ['wbe01', 'did you mean web01 (h1, h2)?'],
  ['web0', 'did you mean web01 (h1, h2), web02 (h1)?'],
  ['Debain', 'did you mean debian (h2)?'],
  ['WEB01', undefined],
  ['host', undefined],
  ['db', undefined],
  ['unlike', undefined],
])('%s: %s', async (label, told) => {
  expect(await nearMachine({label}, inventory)).toBe(told)
})

test('what is asked by something else than a label is near nothing', async () => {
  expect(await nearMachine({uuid: '00'}, inventory)).toBeUndefined()
})
