import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {calledBy, hostNameOf, ownHostName, recordedHost} from '../../../src/domain/host-name.js'

const here = ownHostName('Here')
const root = fileURLToPath(new URL('../../..', import.meta.url))

test.each([
  [{host: 'H1'}, 'h1'],
  [{host: 'h1', port: 22}, 'h1'],
  [{host: 'h1', port: 2222}, 'h1:2222'],
  [{host: 'fe80::1', port: 2222}, '[fe80::1]:2222'],
  [{host: 'localhost'}, 'here'],
  [{host: 'localhost', user: 'root', port: 2222}, 'here:2222'],
])('what is typed as %j is called %s', (target, name) => {
  expect(hostNameOf(target, here)).toBe(name)
})

test.each([
  ['H1', 'h1'],
  ['h1:22', 'h1'],
  ['[fe80::1]:22', 'fe80::1'],
  ['h1:2222', 'h1:2222'],
  ['LOCALHOST', 'here'],
  ['localhost:22', 'here'],
  ['fe80::22', 'fe80::22'],
])('what a record calls %s is called %s', (written, name) => {
  expect(recordedHost(written, here)).toBe(name)
})

test('a host has one name, however it came here', () => {
  expect(recordedHost('Localhost', here)).toBe(hostNameOf({host: 'localhost'}, here))
  expect(recordedHost('h1:22', here)).toBe(hostNameOf({host: 'H1', port: 22}, here))
  expect(recordedHost(hostNameOf({host: 'fe80::1', port: 2222}, here), here)).toBe('[fe80::1]:2222')
  expect([calledBy({host: 'localhost'}), calledBy({host: 'H1'})]).toEqual(['', 'h1'])
})

test('nobody else makes such a name', () => {
  const files = ['src', 'commands', 'inventory', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
  const making = files.filter((file) => /\bas (?:unknown as )?HostName\b/.test(readFileSync(join(root, file), 'utf8')))
  expect(making.filter((file) => !file.endsWith('host-name.test.ts'))).toEqual(['src/domain/host-name.ts'])
})
