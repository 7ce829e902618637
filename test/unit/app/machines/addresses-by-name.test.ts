import {expect, test} from 'vitest'
import {addressesByName} from '../../../../src/app/machines/address-map.js'
import type {CommandContext} from '../../../../src/domain/ports/ports.js'

const names: Readonly<Record<string, readonly string[]>> = {
  web01: ['2001:db8::1', '192.0.2.1'],
  web02: ['2001:db8::2'],
  own: ['127.0.1.1', '::1'],
}

async function ask(labels: readonly string[], isTold: boolean) {
  const faults: string[] = []
  const context = {
    lookUp: async (name: string) => names[name] ?? [],
    signal: new AbortController().signal,
  } as unknown as CommandContext
  const addFault = (word: string, text: string) => void faults.push(`${word}: ${text}`)
  const found = await addressesByName('dns', labels, {addFault, isTold, context})
  return {found: Object.fromEntries(found), faults}
}

test('the name service gives IPv4 first, and never this machine', async () => {
  expect(await ask(['web01', 'web02'], false)).toEqual({
    found: {web01: {ip: '192.0.2.1'}, web02: {ip: '2001:db8::2'}},
    faults: [],
  })
  expect(await ask(['web01', 'web02', 'own', 'none', 'nobody'], true)).toEqual({
    found: {web01: {ip: '192.0.2.1'}},
    faults: ['ip: the name service has no address of web02, own, none and 1 more'],
  })
})
