import {expect, test} from 'vitest'
import {parseSeed, seedOf} from '../../../../src/parse/make/seed.js'

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
