import {expect, test} from 'vitest'
import type {GuestNetwork} from '../../../../src/domain/work/make.js'
import {parseSeed, plainSeed, seedOf} from '../../../../src/parse/make/seed.js'

const key = `ssh-ed25519 AAAA${'b'.repeat(60)} ann@here`

test('keys and the name of the machine, quoted whatever they hold', () => {
  const faults: string[] = []
  const hostile = `ssh-rsa AAAA${'c'.repeat(60)} "ann" $(id): - {x}`
  const seed = parseSeed({keys: [{name: 'a.pub', text: `# mine\n${key}\r\n\n${hostile}\n`}]}, (_, reason) =>
    faults.push(reason),
  )
  expect(faults).toEqual([])
  const {userData, metaData} = seedOf(seed ?? {keys: [], userData: ''}, {label: 'web01', uuid: 'u-1'})
  expect(userData).toMatch(/^#cloud-config\n/)
  expect(JSON.parse(metaData)).toEqual({'instance-id': 'u-1', 'local-hostname': 'web01', 'public-keys': [key, hostile]})
})

test('an address of its own is told for the card by its MAC address, of either family', () => {
  const machine = {label: 'web01', uuid: 'u-1', macs: ['52:54:00:AB:00:01']}
  const of = (ip: string, network: GuestNetwork) => seedOf(plainSeed, {...machine, ip, network}).networkConfig ?? ''
  expect(JSON.parse(of('192.0.2.7', {prefix: 24, gateway: '192.0.2.1', dns: ['192.0.2.2']}))).toEqual({
    version: 2,
    ethernets: {
      net0: {
        match: {macaddress: '52:54:00:ab:00:01'},
        addresses: ['192.0.2.7/24'],
        routes: [{to: '0.0.0.0/0', via: '192.0.2.1'}],
        nameservers: {addresses: ['192.0.2.2']},
      },
    },
  })
  expect(of('2001:db8::7', {prefix: 64, gateway: 'fe80::1', dns: []})).toContain('"::/0"')
  expect(seedOf(plainSeed, machine).networkConfig).toBeUndefined()
})

test('user-data goes to the guest as it is', () => {
  const text = '#!/bin/sh\necho "$1" `x`\n\t# no line end'
  expect(parseSeed({keys: [], userData: {name: 'u', text}}, () => {})).toEqual({keys: [], userData: text})
  expect(parseSeed({keys: []}, () => {})).toBeUndefined()
})

test.each([
  [{keys: [{name: 'id', text: '-----BEGIN OPENSSH PRIVATE KEY-----\n'}]}, /id is a private key; name the public one/],
  [{keys: [{name: 'x', text: 'hello\n'}]}, /x holds no public key/],
  [{keys: [{name: 'x', text: '\n'}]}, /x holds no public key/],
  [{keys: [], userData: {name: 'u', text: 'packages: [vim]\n'}}, /u does not begin as cloud-init wants it/],
  [{keys: [], userData: {name: 'u', text: '#cloud-config\n\0'}}, /u is no text/],
])('%j is refused', (words, fault) => {
  const faults: string[] = []
  parseSeed(words, (_, reason) => faults.push(reason))
  expect(faults.join('\n')).toMatch(fault)
})
